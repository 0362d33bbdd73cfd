package io.kudari.spark.data;

import io.kudari.data.Receipt;
import java.nio.ByteBuffer;

/** Gives what comes of one set to a receipt. */
record Receiving(Receipt receipt) implements Block.Reader {

  @Override
  public void take(boolean test, long key, ByteBuffer example) {
    receipt.take(key, example);
  }

  @Override
  public void end(boolean test, long keys, long read) {
    receipt.counted(keys, read);
  }
}
