package io.kudari.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.Layout;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.setting.Setting;
import io.kudari.setting.SettingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptimizerSpecTest {

  private static SettingException refused(Map<String, Object> section) {
    return assertThrows(SettingException.class, () -> OptimizerSpec.parse(section));
  }

  @Test
  void anUnknownRecipeIsRefusedWithTheNearestName() {
    SettingException e = refused(Map.of("name", "adm"));
    assertEquals("name", e.key());
    assertEquals("no optimizer is called 'adm'; the nearest is 'adam'", e.getMessage());
    assertEquals("name", refused(Map.of("beta1", 0.9)).key());
  }

  @Test
  void anUnknownSettingIsRefusedWithTheNearestName() {
    SettingException e = refused(Map.of("name", "adam", "beta-1", 0.9));
    assertEquals("beta-1", e.key());
    assertEquals("no setting of adam is called 'beta-1'; the nearest is 'beta1'", e.getMessage());
  }

  @Test
  void aValueOutOfItsRangeIsRefusedWithTheRule() {
    SettingException e = refused(Map.of("name", "adam", "beta1", 1));
    assertEquals("beta1 must be within [0, 1), not 1", e.getMessage());
    assertEquals("learning-rate", refused(Map.of("name", "sgd", "learning-rate", 0)).key());
    assertEquals("epsilon", refused(Map.of("name", "adam", "epsilon", Double.NaN)).key());
    assertEquals(
        "velocity must be inside or outside, not left",
        refused(Map.of("name", "momentum", "velocity", "left")).getMessage());
    assertEquals(
        "lookahead-steps must be within whole [0, 1e9], not 2.5",
        refused(Map.of("name", "sgd", "lookahead-steps", 2.5)).getMessage());
    assertEquals("ema", refused(Map.of("name", "sgd", "ema", 0.9, "swa-start", 5)).key());
    assertEquals("clip-norm", refused(Map.of("name", "sgd", "clip-norm", "high")).key());
  }

  @Test
  void everySettingRefusesWhatIsNoValue() {
    for (String name : OptimizerSpec.names()) {
      for (Setting<?> s : OptimizerSpec.settingsOf(name)) {
        Map<String, Object> section = new HashMap<>(Map.of("name", name, s.key(), "no such value"));
        assertEquals(s.key(), refused(section).key(), name);
      }
    }
  }

  @Test
  void defaultsWrittenOutMakeNoDifference() {
    for (String name : OptimizerSpec.names()) {
      OptimizerSpec plain = new OptimizerSpec(name, Map.of());
      OptimizerSpec explicit = new OptimizerSpec(name, plain.settings());
      assertEquals(plain, explicit);
      assertEquals(plain.hashCode(), explicit.hashCode());
      assertFalse(plain.settings().isEmpty());
    }
    assertEquals(
        OptimizerSpec.parse(Map.of("name", "adam", "clip-norm", 1)),
        OptimizerSpec.parse(Map.of("name", "adam", "clip-norm", 1.0)));
  }

  @Test
  void aSpecificationSurvivesSerialisation() throws Exception {
    for (String name : OptimizerSpec.names()) {
      OptimizerSpec spec = new OptimizerSpec(name, Map.of());
      assertEquals(spec, copy(spec));
    }
    ScheduleSpec schedule =
        ScheduleSpec.parse(
            Map.of(
                "kind",
                "piecewise",
                "at-epochs",
                List.of(3, 6),
                "factors",
                List.of(0.1, 0.01),
                "warmup",
                Map.of("epochs", 2)));
    assertEquals(schedule, copy(schedule));
  }

  private static Object copy(Object o) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(o);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }

  @Test
  void secondOrderRecipesAreMinimizersAndTheOthersOptimizers() {
    OptimizerSpec bfgs = new OptimizerSpec("l-bfgs", Map.of());
    assertTrue(bfgs.fullBatch());
    assertThrows(IllegalStateException.class, () -> bfgs.open(Layout.flat(1), 1));
    OptimizerSpec sgd = new OptimizerSpec("sgd", Map.of());
    assertThrows(IllegalStateException.class, sgd::minimizer);
  }

  /** The documentation names every recipe with its source and every setting with its default. */
  @Test
  void theDocumentationListsEveryRecipeAndSetting() throws Exception {
    String docs = Files.readString(Path.of("docs/optimizers.md"));
    for (String name : OptimizerSpec.names()) {
      assertTrue(docs.contains("`" + name + "`"), name);
      assertTrue(docs.contains(OptimizerSpec.source(name)), OptimizerSpec.source(name));
      for (Setting<?> s : OptimizerSpec.settingsOf(name)) {
        assertTrue(docs.contains("`" + s.key() + " = " + plain(s.initial()) + "`"), name + " " + s);
      }
    }
    for (String kind : ScheduleSpec.kinds()) {
      assertTrue(docs.contains("`" + kind + "`"), kind);
      assertTrue(docs.contains(ScheduleSpec.formula(kind)), kind);
    }
    for (BatchRule rule : BatchRule.values()) assertTrue(docs.contains("`" + rule.id() + "`"));
  }

  private static String plain(Object value) {
    if (value instanceof Double d && d == Math.rint(d)) return Long.toString((long) (double) d);
    return String.valueOf(value).replace("E-", "e-").replace(".0e", "e");
  }
}
