package io.kudari.train.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.DataException;
import io.kudari.engine.dl4j.Dl4jModel;
import io.kudari.engine.processor.NativeSetup;
import io.kudari.engine.program.ProgramModel;
import io.kudari.model.Activation;
import io.kudari.model.GradientFunction;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is asked for outside the heap beforehand is what the program takes, and no more. */
class NativeNeedTest {

  private static final int UNITS = 1500;
  private static final int BATCH = 700;

  @BeforeAll
  static void natives() {
    NativeSetup.apply();
  }

  private static NetworkSpec network() {
    Initializer start = new Initializer(Initializer.Kind.XAVIER_UNIFORM, 0);
    return new NetworkSpec(
        Shape.flat(400),
        List.of(
            new LayerSpec.Dense(UNITS, start),
            new LayerSpec.Activate(Activation.RELU),
            new LayerSpec.Dense(3, start),
            new LayerSpec.Activate(Activation.SOFTMAX)),
        Loss.CROSS_ENTROPY);
  }

  /** Bytes that stay taken after a gradient, or after outputs alone. */
  private static long taken(ModelSpec model, boolean gradient) {
    float[] parameters = model.initial(1);
    MiniBatch batch = MiniBatch.labelled(model.input(), BATCH);
    batch.filled(BATCH, new MiniBatch.Draw(1, 0, 0));
    Arrays.fill(batch.features(), 0.5f);
    long before = Pointer.totalBytes();
    try (GradientFunction function = model.open()) {
      if (gradient) function.gradient(parameters, batch, new float[parameters.length]);
      else function.outputs(parameters, batch, new float[BATCH * model.outputs()]);
      return Pointer.totalBytes() - before;
    }
  }

  private static long need(ModelSpec model, boolean gradient) {
    return NativeNeed.of(model, 1, gradient ? BATCH : 0, gradient ? 0 : BATCH).total();
  }

  @Test
  void theProgramTakesNoLessThanItsNeedAndNotTwiceAsMuch() {
    ModelSpec model = new ProgramModel(network());
    for (boolean gradient : new boolean[] {true, false}) {
      long need = need(model, gradient);
      long taken = taken(model, gradient);
      assertTrue(need <= taken && taken < 2 * need, need + " needed, " + taken + " taken");
    }
  }

  /** Which takes its memory past JavaCPP. */
  @Test
  void deeplearning4jNeedsTwoVectorsAndABatchAndHasNoLimitButTheMachine() {
    NativeNeed need = NativeNeed.of(new Dl4jModel(network()), 3, BATCH, 256);
    long vector = (401L * UNITS + 3 * (UNITS + 1)) * Float.BYTES;
    assertEquals(new NativeNeed(3 * 2 * vector, 3L * BATCH * 400 * Float.BYTES, false), need);
    need.check("training", 1, "X");
  }

  @Test
  void whatHasNoRoomIsRefusedWithTheNumbers() {
    NativeNeed need = new NativeNeed(3, 4, true);
    need.check("training", 7, "X");
    need.check("training", 0, "X");
    assertEquals(
        "training needs at least 7 bytes outside the Java heap (models 3, batches 4), but there may"
            + " be 6, as many as the heap has unless org.bytedeco.javacpp.maxbytes says otherwise:"
            + " raise X",
        assertThrows(DataException.class, () -> need.check("training", 6, "X")).getMessage());
    HeapNeed heap = new HeapNeed(1, 1, 1, 1);
    need.checkMachine("training", heap, 11);
    assertEquals(
        "training needs at least 11 bytes of memory (Java heap 4, outside of it 7), but this"
            + " machine has 10: lower train.batch or the number of threads, or train on more"
            + " machines",
        assertThrows(DataException.class, () -> need.checkMachine("training", heap, 10))
            .getMessage());
  }
}
