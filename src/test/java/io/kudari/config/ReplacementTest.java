package io.kudari.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.optim.OptimizerSpec;
import java.io.File;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplacementTest {

  private static final String SCHEDULED =
      "schedule.learning-rate { kind = step, every-epochs = 3, factor = 0.5 }";

  @Test
  void everyRecipeMayTakeThePlaceOfTheOneInAFile() {
    for (String name : OptimizerSpec.names()) {
      Experiment experiment = digits("optimizer.name=" + name);
      assertEquals(name, experiment.plan().optimizer().name());
    }
  }

  @Test
  void whatTheFileSetsForItsOwnRecipeIsLeftOutWithALine() {
    Experiment experiment = digits("optimizer.name=adam");
    assertEquals(
        new OptimizerSpec("adam", Map.of("learning-rate", 0.05)), experiment.plan().optimizer());
    assertEquals(
        List.of("optimizer.name is adam instead of momentum, which has no 'momentum': left out"),
        experiment.notes());
  }

  @Test
  void theSameRecipeAgainLeavesNothingOut() {
    Experiment experiment = digits("optimizer.name=momentum");
    assertEquals(List.of(), experiment.notes());
    assertEquals(0.9, experiment.plan().optimizer().momentum());
  }

  @Test
  void anotherKindOfScheduleLeavesOutWhatTheFileSetsForItsOwn() {
    String set = "schedule.learning-rate.kind=cosine";
    String text = new File("conf/digits.conf").getAbsolutePath();
    Experiment experiment =
        Experiment.parse(
            "test",
            "include required(file(\"" + text + "\"))\n" + SCHEDULED,
            List.of(set),
            new Configuration());
    assertEquals("cosine", experiment.plan().schedules().learningRate().kind());
    assertEquals(1, experiment.notes().size());
    assertTrue(
        experiment.notes().get(0).endsWith("'every-epochs', 'factor': left out"),
        experiment.notes().toString());
  }

  @Test
  void anotherFormatLeavesOutWhatTheFileSetsForItsOwn() {
    Experiment experiment =
        digits("data.train.format=cifar", "data.train.files=a.bin", "data.test=null");
    assertEquals(
        List.of(
            "data.train.format is cifar instead of digits, which has no 'examples', 'seed': left"
                + " out"),
        experiment.notes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "optimizer.name=adam,optimizer.momentum=0.8 | --set optimizer.momentum=0.8:"
            + " optimizer.momentum: no setting of adam is called 'momentum'",
        "optimizer.momentun=0.8 | --set optimizer.momentun=0.8: optimizer.momentun: no setting of"
            + " momentum is called 'momentun'; the nearest is 'momentum'",
        "optimizer.name=adamm | --set optimizer.name=adamm: optimizer.name: no optimizer is called"
            + " 'adamm'; the nearest is 'adam'",
      })
  void whatTheCommandLineSetsItselfIsNeverLeftOut(String sets, String expected) {
    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> digits(sets.split(",")));
    assertTrue(e.getMessage().startsWith(expected), e.getMessage());
  }

  private static Experiment digits(String... sets) {
    return Experiment.read(new File("conf/digits.conf"), List.of(sets));
  }
}
