package io.kudari.spark.data;

import io.kudari.data.Receipt;
import java.nio.ByteBuffer;

/**
 * Gives what comes of a set, or of a training and a test set, to their receipts.
 *
 * @param testOrNull where the test set comes, too
 */
record Receiving(Receipt train, Receipt testOrNull) implements Block.Reader {

  /** Of one set. */
  Receiving(Receipt receipt) {
    this(receipt, null);
  }

  private Receipt of(boolean test) {
    return test ? testOrNull : train;
  }

  @Override
  public int size(boolean test) {
    return of(test).size();
  }

  @Override
  public void take(boolean test, long key, ByteBuffer example) {
    of(test).take(key, example);
  }

  @Override
  public void end(boolean test, long keys, long read) {
    of(test).counted(keys, read);
  }
}
