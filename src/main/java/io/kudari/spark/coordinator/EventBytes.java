package io.kudari.spark.coordinator;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;

/**
 * Events and the heads of snapshots as bytes, by Java's serialisation, of which only our own
 * records are let in.
 */
public final class EventBytes {

  /**
   * No message is longer. What grows with the data, such as counts a class, is bounded far below
   * (65,536 classes are 2 MiB); anything longer is refused by who writes it, because the driver
   * hangs up on it.
   */
  static final int MOST = 16 << 20;

  /** All classes that are let in, and how deep they may be nested. */
  private static final ObjectInputFilter ONLY_OURS =
      ObjectInputFilter.Config.createFilter(
          "maxdepth=10;maxrefs=10000;io.kudari.event.*;io.kudari.train.TrainState;"
              + "io.kudari.model.*;io.kudari.math.Slice;io.kudari.state.*;"
              + "java.util.TreeMap;java.lang.Enum;java.lang.Record;!*");

  private EventBytes() {}

  /**
   * What {@link #read} reads.
   *
   * @param what names it in an error
   * @throws IllegalStateException when it is too long to be sent; one line
   */
  public static byte[] write(String what, java.io.Serializable told) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(told);
    } catch (IOException e) {
      throw new IllegalStateException("it is serialisable: " + told, e);
    }
    int most = MOST - LineMessage.ROOM;
    if (bytes.size() > most) {
      throw new IllegalStateException(
          what
              + " of "
              + bytes.size()
              + " bytes: a rank can tell the driver at most "
              + most
              + " bytes at once");
    }
    return bytes.toByteArray();
  }

  /**
   * What {@link #write} wrote.
   *
   * @throws IOException when it is something else
   */
  public static <T> T read(ByteBuffer message, Class<T> type) throws IOException {
    byte[] bytes = new byte[message.remaining()];
    message.get(bytes);
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      in.setObjectInputFilter(new Fitting(bytes.length));
      return type.cast(in.readObject());
    } catch (ClassNotFoundException | RuntimeException e) {
      // Java's own reader throws whatever happens to it in bytes that are none of its own.
      throw new IOException("not a " + type.getSimpleName(), e);
    }
  }

  /**
   * Lets in {@link #ONLY_OURS}, and no arrays that all together have more elements than the message
   * has bytes: Java takes an array's memory before it reads the elements.
   */
  private static final class Fitting implements ObjectInputFilter {

    private long left;

    Fitting(int bytes) {
      this.left = bytes;
    }

    @Override
    public Status checkInput(FilterInfo info) {
      if (info.arrayLength() > 0) left -= info.arrayLength();
      return left < 0 ? Status.REJECTED : ONLY_OURS.checkInput(info);
    }
  }
}
