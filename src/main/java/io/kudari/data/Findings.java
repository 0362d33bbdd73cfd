package io.kudari.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * What was found of parts of a set, in any processes: it travels as bytes, and adds up in any order
 * to what the set holds. Not thread-safe.
 */
public final class Findings {

  private final Finding all;
  private final Schema schema;

  /** Reads the examples of a part. */
  public interface Reading {

    /** Gives them to the sink. */
    void into(ExampleSink sink) throws IOException;
  }

  /**
   * Of no part.
   *
   * @param source for errors
   * @param schema that it is read with
   */
  public Findings(String source, Schema schema) {
    this.schema = schema;
    all = new Finding(source, schema);
  }

  /**
   * Reads and describes a part.
   *
   * @param name of the part, for errors
   * @param seed of the order of examples
   * @throws DataException when an example breaks a rule, or the part does not fit those before
   */
  public void describe(String name, long seed, Reading reading) throws IOException {
    Describer part = new Describer(name, schema, seed, null);
    long before = ThreadBytes.read();
    reading.into(part);
    read(ThreadBytes.read() - before);
    add(part.finding());
  }

  /**
   * Adds what was found elsewhere.
   *
   * @throws DataException when it does not fit what was found before
   */
  public void add(byte[] found) {
    try (ObjectInputStream in =
        new ObjectInputStream(new InflaterInputStream(new ByteArrayInputStream(found)))) {
      add((Finding) in.readObject());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** So many bytes were read, besides those that {@link #describe} reads. */
  public void read(long bytes) {
    all.read(bytes);
  }

  private void add(Finding part) {
    int[] unused = all.add(part);
  }

  /** As bytes. Most counters of a part are 0: they take a small part of their memory. */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Deflater fast = new Deflater(Deflater.BEST_SPEED);
    try (ObjectOutputStream out = new ObjectOutputStream(new DeflaterOutputStream(bytes, fast))) {
      out.writeObject(all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      fast.end();
    }
    return bytes.toByteArray();
  }

  /** What was found of a table's columns; null where it has none. */
  public FoundTable columns() {
    return all.columnsFound();
  }

  /**
   * What the whole set holds.
   *
   * @param splits that it is to be read by
   * @throws DataException when it holds no examples, or those of a class alone
   */
  public Survey survey(List<ExampleSource> splits) {
    return all.survey(splits);
  }
}
