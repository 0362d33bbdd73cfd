package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.event.FirstLine;
import java.io.IOException;
import java.io.Serializable;
import org.apache.spark.TaskContext;

/**
 * How the writing of a part in a task has ended.
 *
 * @param changedOrNull why its examples are others now
 * @param failureOrNull why it cannot be written; one line
 */
record WrittenPart(DataException changedOrNull, String failureOrNull) implements Serializable {

  private static final long serialVersionUID = 1;

  /** Gives what is to be written. */
  interface Content {
    void to(SetPass.Taker taker) throws IOException;
  }

  /** Writes it. */
  static WrittenPart of(SetPass.Writing writing, int part, Content content) {
    SetPass.PartWriter writer = null;
    try {
      writer = writing.open(part, TaskContext.get().taskAttemptId());
      content.to(writer);
      writer.commit();
      return new WrittenPart(null, null);
    } catch (DataException e) {
      abort(writer);
      return new WrittenPart(e, null);
    } catch (IOException e) {
      abort(writer);
      Refusal.retry(e);
      return new WrittenPart(null, FirstLine.of(e));
    } catch (RuntimeException | Error e) {
      abort(writer);
      throw e;
    }
  }

  private static void abort(SetPass.PartWriter writerOrNull) {
    if (writerOrNull != null) writerOrNull.abort();
  }

  /**
   * Returns when it was written.
   *
   * @throws IOException when it cannot be
   */
  void check() throws IOException {
    if (changedOrNull != null) throw changedOrNull;
    if (failureOrNull != null) throw new IOException(failureOrNull);
  }
}
