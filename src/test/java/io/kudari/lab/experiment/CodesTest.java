package io.kudari.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.exchange.Codec;
import io.kudari.lab.Check;
import io.kudari.math.Layout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is true of lossy codes, and mistakes that the checks of it must miss. */
class CodesTest {

  private static List<String> missed(Codes codes) {
    return codes.properties().checks().stream().filter(Check::missed).map(Check::id).toList();
  }

  /** A codec whose vectors are changed before or after. */
  private record Wrapped(Codec of, Codec wrong) implements Codec {

    @Override
    public void code(int worker, long step, float[] values) {
      wrong.code(worker, step, values);
    }

    @Override
    public float[][] kept(int worker) {
      return of.kept(worker);
    }

    @Override
    public void keep(int worker, float[][] kept) {
      of.keep(worker, kept);
    }
  }

  @Test
  void codesThatTrainAreRight() {
    assertEquals(List.of(), missed(new Codes()));
  }

  @Test
  void missingFeedbackIsCaught() {
    Codes codes =
        new Codes() {
          @Override
          Codec codec(Map<String, Object> section, Layout layout) {
            Map<String, Object> without = new HashMap<>(section);
            without.put("error-feedback", false);
            return super.codec(without, layout);
          }
        };
    assertTrue(missed(codes).containsAll(List.of("conserved", "sign-arrives")), "" + missed(codes));
  }

  @Test
  void aResidualThatIsLostAtACheckpointIsCaught() {
    Codes codes =
        new Codes() {
          @Override
          float[][] saved(Codec codec, int worker) {
            return new float[0][];
          }
        };
    assertEquals(List.of("conserved"), missed(codes));
  }

  @Test
  void oneResidualOfAllWorkersIsCaught() {
    Codes codes =
        new Codes() {
          @Override
          Codec codec(Map<String, Object> section, Layout layout) {
            Codec of = super.codec(section, layout);
            return new Wrapped(of, (worker, step, values) -> of.code(0, step, values));
          }
        };
    assertTrue(missed(codes).contains("conserved"), "" + missed(codes));
  }

  @Test
  void aSignOfZeroThatIsZeroIsCaught() {
    Codes codes =
        new Codes() {
          @Override
          Codec codec(Map<String, Object> section, Layout layout) {
            Codec of = super.codec(section, layout);
            if (!section.get("name").equals("sign")) return of;
            return new Wrapped(
                of,
                (worker, step, values) -> {
                  float[] before = values.clone();
                  of.code(worker, step, values);
                  for (int i = 0; i < values.length; i++) if (before[i] == 0) values[i] = 0;
                });
          }
        };
    assertTrue(missed(codes).contains("sign-of-zero"), "" + missed(codes));
  }

  @Test
  void roundingThatIsNotDrawnIsCaught() {
    Codes codes =
        new Codes() {
          @Override
          Codec codec(Map<String, Object> section, Layout layout) {
            Codec of = super.codec(section, layout);
            if (!section.get("name").equals("qsgd")) return of;
            return new Wrapped(
                of,
                (worker, step, values) -> {
                  of.code(worker, step, values);
                  for (int i = 0; i < values.length; i++) values[i] *= 0.9f;
                });
          }
        };
    assertTrue(missed(codes).contains("bias"), "" + missed(codes));
  }
}
