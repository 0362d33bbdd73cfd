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

  /** Codes of which one setting of a codec, or of all where it has no name, is another. */
  private static Codes with(String codec, String key, Object value) {
    return new Codes() {
      @Override
      Codec codec(Map<String, Object> section, Layout layout) {
        if (!codec.isEmpty() && !section.get("name").equals(codec))
          return super.codec(section, layout);
        Map<String, Object> changed = new HashMap<>(section);
        changed.put(key, value);
        return super.codec(changed, layout);
      }
    };
  }

  @Test
  void missingFeedbackIsCaught() {
    List<String> missed = missed(with("", "error-feedback", false));
    assertTrue(missed.containsAll(List.of("conserved", "sign-arrives")), "" + missed);
  }

  @Test
  void feedbackThatCannotBeSwitchedOffIsCaught() {
    assertEquals(List.of("sign-stays"), missed(with("sign", "error-feedback", true)));
  }

  @Test
  void fewerColumnsThanTheRankAreCaught() {
    assertEquals(List.of("rank-two"), missed(with("power-sgd", "rank", 1)));
  }

  @Test
  void fewerLevelsThanTheBitsSayAreCaught() {
    assertEquals(List.of("variance"), missed(with("qsgd", "bits", 2)));
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

  /** To the nearest of the 7 levels of the vector's norm that 4 bits have. */
  private static void roundToNearest(float[] values) {
    double squares = 0;
    for (float v : values) squares += v * v;
    double level = Math.sqrt(squares) / 7;
    for (int i = 0; i < values.length; i++)
      values[i] = (float) (level * Math.rint(values[i] / level));
  }

  @Test
  void roundingThatIsNotDrawnIsCaught() {
    Codes codes =
        new Codes() {
          @Override
          Codec codec(Map<String, Object> section, Layout layout) {
            Codec of = super.codec(section, layout);
            if (!section.get("name").equals("qsgd")) return of;
            return new Wrapped(of, (worker, step, values) -> roundToNearest(values));
          }
        };
    assertTrue(missed(codes).contains("bias"), "" + missed(codes));
  }
}
