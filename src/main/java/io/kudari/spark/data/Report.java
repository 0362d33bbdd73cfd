package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.data.Findings;
import io.kudari.data.Schema;
import io.kudari.data.SplitException;
import io.kudari.data.ThreadBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a task found of its part of a set, or why it could not read it, as bytes.
 *
 * <pre>
 * byte  what    0: findings, 1: a reason, in UTF-8, 2: a reason that is of splits alone
 * long  bytes that the task has read
 * …     as {@link Findings} writes them, or the reason
 * </pre>
 */
final class Report {

  private static final byte FOUND = 0;
  private static final byte REASON = 1;
  private static final byte SPLIT = 2;
  private static final int HEAD = 1 + Long.BYTES;

  private Report() {}

  /** Describes parts of a set. */
  interface Describing {
    void into(Findings findings) throws IOException;
  }

  /**
   * What a task finds.
   *
   * @param source name of the set, for errors
   */
  static byte[] of(String source, Schema schema, Describing describing) {
    Findings findings = new Findings(source, schema);
    long before = ThreadBytes.read();
    try {
      describing.into(findings);
      return bytes(FOUND, before, findings.toBytes());
    } catch (SplitException e) {
      return bytes(SPLIT, before, e.getMessage());
    } catch (DataException e) {
      return bytes(REASON, before, e.getMessage());
    } catch (IOException e) {
      return bytes(REASON, before, Refusal.of(source, e).getMessage());
    } catch (OutOfMemoryError e) {
      return bytes(REASON, before, Refusal.of(source, e).getMessage());
    }
  }

  /** Bytes that a task has read. */
  static long read(byte[] report) {
    return ByteBuffer.wrap(report).getLong(1);
  }

  /**
   * Adds what a task reports.
   *
   * @throws DataException when it is a reason, which it says
   */
  static void add(byte[] report, Findings to) {
    byte[] rest = Arrays.copyOfRange(report, HEAD, report.length);
    if (report[0] == SPLIT) throw new SplitException(new String(rest, StandardCharsets.UTF_8));
    if (report[0] == REASON) throw new DataException(new String(rest, StandardCharsets.UTF_8));
    to.add(rest);
  }

  private static byte[] bytes(byte kind, long before, String reason) {
    return bytes(kind, before, reason.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] bytes(byte kind, long before, byte[] rest) {
    long read = ThreadBytes.read() - before;
    return ByteBuffer.allocate(HEAD + rest.length).put(kind).putLong(read).put(rest).array();
  }
}
