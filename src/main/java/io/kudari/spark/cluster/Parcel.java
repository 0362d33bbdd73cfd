package io.kudari.spark.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.io.UncheckedIOException;

/**
 * What travels between driver and tasks, as Java writes it: the application's serialiser, which may
 * be any and know none of our classes, sees bytes alone. Thread-safe.
 *
 * @param <T> what travels
 */
public final class Parcel<T> implements Serializable {

  private static final long serialVersionUID = 1;

  /** Not final: serialisers other than Java's set it. */
  private byte[] bytes;

  private transient volatile T content;

  private Parcel(T content, byte[] bytes) {
    this.content = content;
    this.bytes = bytes;
  }

  /**
   * To be sent.
   *
   * @param content which Java can write, and which must not change any more
   */
  public static <T> Parcel<T> of(T content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Parcel<>(content, bytes.toByteArray());
  }

  /** What was sent, one object for all who ask this one. */
  public T content() {
    if (content == null) unpack();
    return content;
  }

  @SuppressWarnings("unchecked")
  private synchronized void unpack() {
    if (content != null) return;
    try (ObjectInputStream in = new Unpacking(bytes)) {
      content = (T) in.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Finds classes where the task has its own. */
  private static final class Unpacking extends ObjectInputStream {

    Unpacking(byte[] bytes) throws IOException {
      super(new ByteArrayInputStream(bytes));
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass described)
        throws IOException, ClassNotFoundException {
      try {
        ClassLoader own = Thread.currentThread().getContextClassLoader();
        return Class.forName(described.getName(), false, own);
      } catch (ClassNotFoundException e) {
        return super.resolveClass(described);
      }
    }
  }
}
