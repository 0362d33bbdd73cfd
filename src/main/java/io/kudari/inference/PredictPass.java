package io.kudari.inference;

import io.kudari.data.BatchSink;
import io.kudari.data.ExampleSink;
import io.kudari.model.MiniBatch;
import io.kudari.spark.data.Pass;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The outputs of a model for a set without labels, as tasks compute them: of each batch its floats,
 * the lowest byte first.
 */
record PredictPass(TrainedModel model) implements Pass {

  private static final long serialVersionUID = 1;

  @Override
  public Work begin(Output to) {
    return new Predicting(model, to);
  }

  /** The outputs of a piece. */
  static float[] outputs(byte[] content) {
    float[] outputs = new float[content.length / Float.BYTES];
    ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(outputs);
    return outputs;
  }

  /** Computes each batch when it is full, on the thread that reads. */
  private static final class Predicting implements Work, BatchSink.Computing {

    private final TrainedModel model;
    private final Output to;
    private final Computer computer;
    private MiniBatch batch;

    Predicting(TrainedModel model, Output to) {
      this.model = model;
      this.to = to;
      this.computer = new Computer(model);
    }

    @Override
    public ExampleSink next(String name, long passed) {
      return new BatchSink(
          name, model.schema(), model.saved().normalizer(), false, passed, to::note, this);
    }

    @Override
    public void end(ExampleSink sink) {
      ((BatchSink) sink).finish();
    }

    @Override
    public MiniBatch empty(boolean ofBytes) {
      if (batch == null) batch = model.batch();
      return batch;
    }

    @Override
    public void full(MiniBatch filled) {
      float[] outputs = computer.outputs(filled);
      int values = filled.count() * model.saved().outputs();
      ByteBuffer bytes = ByteBuffer.allocate(values * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(outputs, 0, values);
      to.put(filled.count(), bytes.array());
    }

    @Override
    public void close() {
      computer.close();
    }
  }
}
