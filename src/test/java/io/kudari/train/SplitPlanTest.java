package io.kudari.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.DataException;
import io.kudari.data.ExampleSource;
import io.kudari.data.Sampling;
import io.kudari.data.Shards;
import io.kudari.data.SourceReader;
import io.kudari.data.Task;
import io.kudari.data.format.CsvSource;
import io.kudari.train.DataPlan.Rules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a split leaves of each class, and what is said of it. */
class SplitPlanTest {

  @TempDir Path folder;

  private ExampleSource rows(int rows, IntFunction<String> label) throws IOException {
    String lines =
        IntStream.range(0, rows)
            .mapToObj(i -> i + "," + label.apply(i))
            .collect(Collectors.joining("\n", "x,y\n", "\n"));
    Path file = Files.writeString(folder.resolve("t.csv"), lines);
    return new CsvSource(file.toString(), true, ',', Task.CLASSIFICATION, List.of("y"), List.of());
  }

  private static DataPlan plan(ExampleSource source, double share, boolean stratify, long seed)
      throws IOException {
    Rules rules = new Rules(Rules.PLAUSIBLE, stratify, false);
    return DataPlan.of(
        new DataPlan.Sources(source, null, share, rules), new Configuration(), 2, seed);
  }

  @Test
  void sortingByLabelNeedsClasses() throws IOException {
    Path file = Files.writeString(folder.resolve("r.csv"), "x,y\n1,2.5\n2,3.5\n3,4.5\n");
    ExampleSource source =
        new CsvSource(file.toString(), true, ',', Task.REGRESSION, List.of("y"), List.of());
    var sorted = new Sampling(Sampling.Order.SHUFFLED, Sampling.Shards.SORTED_BY_LABEL);
    DataPlan.Sources sources = new DataPlan.Sources(source, null, 0).with(sorted);
    var e =
        assertThrows(DataException.class, () -> DataPlan.of(sources, new Configuration(), 2, 1));
    assertEquals(
        "train.shards = sorted-by-label needs classes, but data.train has none", e.getMessage());
  }

  @Test
  void theOnlyExampleOfAClassIsTrainedOnWhateverTheSeed() throws IOException {
    ExampleSource source = rows(300, i -> i == 7 ? "rare" : i % 2 == 0 ? "a" : "b");
    for (long seed = 0; seed < 20; seed++) {
      DataPlan plan = plan(source, 0.5, true, seed);
      assertEquals(List.of(), plan.warnings());
      assertEquals(150, plan.validation());
      assertFalse(isHeld(plan, 7));
    }
  }

  @Test
  void aClassWithoutATrainingExampleIsNamedWithItsCounts() throws IOException {
    ExampleSource source = rows(300, i -> i == 7 ? "rare" : i % 2 == 0 ? "a" : "b");
    int held = 0;
    for (long seed = 0; seed < 20; seed++) {
      DataPlan plan = plan(source, 0.5, false, seed);
      boolean rareHeld = isHeld(plan, 7);
      List<String> expected =
          rareHeld ? List.of("no training example of class rare (1 in validation)") : List.of();
      assertEquals(expected, plan.warnings());
      if (rareHeld) held++;
    }
    assertTrue(held > 0 && held < 20, held + " of 20 seeds hold it out");
  }

  @Test
  void aValidationOfOneClassAloneIsTold() throws IOException {
    ExampleSource source = rows(300, i -> i < 2 ? "b" : "a");
    assertEquals(
        List.of("validation has examples of class a alone (3)"),
        plan(source, 0.01, true, 1).warnings());
  }

  @Test
  void labelsThatLookLikeMissingValuesAreTold() throws IOException {
    ExampleSource source = rows(300, i -> i % 3 == 0 ? "NaN" : i % 3 == 1 ? "b" : "Nantes");
    assertEquals(
        List.of("labels that look like missing values are classes of their own: NaN"),
        plan(source, 0.5, true, 1).warnings());
  }

  @Test
  void aValidationForWhichNoClassHasAnExampleToSpareIsTold() throws IOException {
    DataPlan plan = plan(rows(4, String::valueOf), 0.5, true, 1);
    assertEquals(0, plan.validation());
    assertEquals(
        List.of("validation has no examples: each class has one, which is trained on"),
        plan.warnings());
    assertEquals(List.of(), plan(rows(4, String::valueOf), 0, true, 1).warnings());
  }

  /** Whether the row of a number is held out. */
  private static boolean isHeld(DataPlan plan, int row) throws IOException {
    Shards all = plan.dealing(new SourceReader(new Configuration())).deal(0, 2);
    return Arrays.stream(all.held())
        .flatMapToInt(Arrays::stream)
        .anyMatch(
            i -> {
              float[] x = new float[1];
              all.examples().features(i, x, 0);
              return x[0] == row;
            });
  }
}
