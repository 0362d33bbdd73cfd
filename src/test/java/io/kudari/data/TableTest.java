package io.kudari.data;

import static io.kudari.data.TestFiles.HADOOP;
import static io.kudari.data.TestFiles.gzip;
import static io.kudari.data.TestFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.format.ColumnChoice;
import io.kudari.data.format.CsvSource;
import io.kudari.data.format.PixelSpec;
import io.kudari.data.format.SparkTable;
import io.kudari.data.format.TableSpec;
import io.kudari.data.order.Division;
import io.kudari.model.Shape;
import io.kudari.train.DataPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of numbers, booleans, texts and gaps. */
class TableTest {

  private static final String PETS =
      """
      kind,city,weight,wild,y
      cat,Bern,4,no,1
      dog,Wien,9.5,no,2
      cat,Wien,3,Yes,3
      owl,Bern,1,true,4
      dog,Bern,8,FALSE,5
      """;

  @TempDir Path folder;

  private static TableRules rules(Missing missing, boolean indicator) {
    return new TableRules(List.of("NA", "null", "NaN"), missing, indicator, 1, 100);
  }

  private static TableRules rare(int rare, int most) {
    return new TableRules(List.of(), Missing.ERROR, false, rare, most);
  }

  private CsvSource table(String content) {
    return table(content, ColumnChoice.ALL, TableRules.USUAL);
  }

  private CsvSource table(String content, ColumnChoice choice, TableRules rules) {
    return table("t.csv", content.getBytes(StandardCharsets.UTF_8), choice, rules);
  }

  private CsvSource table(String name, byte[] content, ColumnChoice choice, TableRules rules) {
    return new CsvSource(
        write(folder, name, content),
        true,
        ',',
        Task.REGRESSION,
        List.of("y"),
        List.of(),
        "",
        choice,
        rules);
  }

  private static ColumnChoice given(String column, ColumnKind kind) {
    return new ColumnChoice(List.of(), List.of(), Map.of(column, kind));
  }

  private static Encoding encoding(ExampleSource source) throws IOException {
    return source.describe(HADOOP).schema().encoding();
  }

  private static List<ColumnKind> kinds(Encoding encoding) {
    return encoding.columns().stream().map(Encoding.Column::kind).toList();
  }

  /** Rows in the order of the source. */
  private static List<List<Float>> rows(ExampleSource source, Schema schema) throws IOException {
    int count = source.describe(HADOOP, schema).examples();
    Examples all = source.load(HADOOP, schema, IntStream.range(0, count).toArray());
    int size = all.shape().size();
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                IntStream.range(0, size)
                    .mapToObj(j -> all.floats()[i * size + j])
                    .collect(Collectors.toList()))
        .toList();
  }

  /** A set of which nothing is held out. */
  private static Survey trainedOn(ExampleSource source) throws IOException {
    Survey found = source.survey(HADOOP, Schema.UNKNOWN, 1);
    return found.divided(new Division(found.keys(), Division.Rules.whole(1)));
  }

  private static void assertRefused(String says, ExampleSource source) {
    DataException e = assertThrows(DataException.class, () -> trainedOn(source));
    assertTrue(e.getMessage().contains(says), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  private static SparkTable frame(String... features) {
    ColumnChoice choice = new ColumnChoice(List.of(features), List.of("x?"), Map.of());
    return new SparkTable(
        SparkTable.From.CODE,
        new TableSpec(
            Task.CLASSIFICATION,
            List.of("kind"),
            List.of(),
            false,
            "held",
            "weight",
            choice,
            TableRules.USUAL,
            PixelSpec.NONE));
  }

  @Test
  void aPatternOfATableOfSparksLeavesOutLabelsWeightsAndFlags() {
    List<String> all = List.of("a", "held", "x1", "weight", "kind", "b");
    SparkTable any = frame("*");
    assertEquals(List.of("a", "b"), any.exact(all).spec().choice().features());
    assertEquals(List.of("a", "held", "weight", "kind", "b"), any.used(all));
    assertEquals(List.of("held", "weight", "kind", "b"), frame("b").used(all));
    assertEquals(List.of("b", "a"), frame("b", "?").exact(all).spec().choice().features());
    for (String label : List.of("-2", "k*")) {
      var e = assertThrows(DataException.class, () -> frame(label).exact(all));
      assertEquals("the data frame: a label column is no feature: " + label, e.getMessage());
    }
  }

  @Test
  void whatATableOfSparksIsDoesNotTellTheOptionsOfItsReader() {
    var from = new SparkTable.From("jdbc", "", "", "", Map.of("password", "s3cret"));
    String said = new SparkTable(from, frame("a").spec()).toString();
    assertFalse(said.contains("s3cret"), said);
  }

  @Test
  void aLookAtAllValuesTellsNumbersBooleansAndCategories() throws IOException {
    Description pets = table(PETS).describe(HADOOP);
    Encoding encoding = pets.schema().encoding();
    assertEquals(
        List.of(ColumnKind.CATEGORY, ColumnKind.CATEGORY, ColumnKind.NUMBER, ColumnKind.BOOLEAN),
        kinds(encoding));
    assertEquals(List.of("cat", "dog", "owl"), encoding.columns().get(0).values());
    assertEquals(Shape.flat(4 + 3 + 1 + 1), pets.shape());
    assertEquals(List.of("kind", "city", "weight", "wild"), pets.schema().features());
    List<List<Float>> rows = rows(table(PETS), pets.schema());
    assertEquals(List.of(1f, 0f, 0f, 0f, 1f, 0f, 0f, 4f, 0f), rows.get(0));
    assertEquals(List.of(1f, 0f, 0f, 0f, 0f, 1f, 0f, 3f, 1f), rows.get(2));
  }

  @Test
  void aTableOfNumbersIsReadAsItIs() throws IOException {
    Description numbers = table("a,b,y\n1,2,3\n4,5,6\n").describe(HADOOP);
    assertTrue(numbers.schema().encoding().isNone());
    assertEquals(Shape.flat(2), numbers.shape());
  }

  @Test
  void booleansHaveTheFingerprintOfOnesAndZeros() throws IOException {
    String words = "a,y\nyes,1\nfalse,2\nTrue,3\nno,4\n";
    String numbers = "a,y\n1,1\n0,2\n1,3\n0,4\n";
    assertEquals(
        table(numbers).describe(HADOOP).fingerprint(), table(words).describe(HADOOP).fingerprint());
  }

  @Test
  void aColumnOfNumbersAndTextsIsACategoryOfBoth() throws IOException {
    Encoding mixed = encoding(table("a,y\n10,1\n7,2\nA7,3\n10,4\nA7,5\n"));
    assertEquals(List.of("10", "7", "A7"), mixed.columns().get(0).values());
  }

  @Test
  void ofACategoryTheTextsCountWhateverNumbersOrBooleansTheyAre() throws IOException {
    for (String[] one : new String[][] {{"yes", "true"}, {"1", "1.0"}, {"16777216", "16777217"}}) {
      List<String> rows = new ArrayList<>();
      for (int i = 0; i < 60; i++) rows.add((i % 3 == 0 ? "other" : one[i % 2]) + "," + i % 4);
      CsvSource source = table("a,y\n" + String.join("\n", rows) + "\n");
      List<Object> dealt = dealt(source, .2, 5);
      String fingerprint = source.describe(HADOOP).fingerprint();
      assertEquals(3, encoding(source).columns().get(0).values().size());
      Schema schema = source.describe(HADOOP).schema();
      String known = source.describe(HADOOP, schema).fingerprint();
      List<String> changed = new ArrayList<>(rows);
      changed.set(1, rows.get(1).replace(one[1], one[0]));
      CsvSource other = table("a,y\n" + String.join("\n", changed) + "\n");
      assertNotEquals(fingerprint, other.describe(HADOOP).fingerprint());
      assertNotEquals(known, other.describe(HADOOP, schema).fingerprint());
      for (int seed = 0; seed < 5; seed++) {
        Collections.shuffle(rows, new Random(seed));
        CsvSource shuffled = table("a,y\n" + String.join("\n", rows) + "\n");
        assertEquals(fingerprint, shuffled.describe(HADOOP).fingerprint());
        assertEquals(dealt, dealt(shuffled, .2, 5));
      }
    }
  }

  @Test
  void aColumnThatIsACategoryByAFewCellsIsTold() throws IOException {
    String numbers =
        IntStream.range(0, 59).mapToObj(i -> i % 10 + "," + i + "\n").collect(Collectors.joining());
    List<String> notes = table("d,y\n" + numbers + "nan,1\n").describe(HADOOP).notes();
    assertEquals(1, notes.size(), notes.toString());
    String line =
        "t.csv: column d is a category of 11 values, because 1 of its 60 cells is no number, 'nan':"
            + " data.train.missing-values makes such a text a gap";
    assertEquals(line, notes.get(0).substring(folder.toString().length() + 1));
    for (String flag : List.of("no", "true")) {
      List<String> told = table("d,y\n" + numbers + flag + ",1\n").describe(HADOOP).notes();
      assertEquals(1, told.size(), told.toString());
      assertEquals(notes.get(0).replace("nan", flag), told.get(0));
    }
    String many = "nan,1\n".repeat(7);
    assertEquals(List.of(), table("d,y\n" + numbers + many).describe(HADOOP).notes());
    CsvSource said =
        table("d,y\n" + numbers + "nan,1\n", given("d", ColumnKind.CATEGORY), TableRules.USUAL);
    assertEquals(List.of(), said.describe(HADOOP).notes());
  }

  @Test
  void aTextThatIsTooLongIsSaidToBeThat() {
    String rows = "cat,1\ndog,2\n".repeat(9);
    assertRefused(
        "column a has a text of more than 1000 characters: data.train.exclude = [a]",
        table("a,y\n" + rows + "x".repeat(1001) + ",3\n"));
  }

  @Test
  void aTargetThatCannotBeReadIsAnErrorAlsoOfARowWithAGap() {
    for (String target : new String[] {"abc", ""}) {
      CsvSource source =
          table(
              "a,b,y\n1,2,3\n,1," + target + "\n4,5,6\n",
              ColumnChoice.ALL,
              rules(Missing.SKIP, false));
      DataException e = assertThrows(DataException.class, () -> source.describe(HADOOP));
      assertTrue(e.getMessage().contains("line 3, column y: "), e.getMessage());
    }
  }

  @Test
  void aLabelOfRowsThatAreLeftOutAloneIsNoClassAndNoErrorOfEitherReading() throws IOException {
    for (String gap : List.of("", "inf")) {
      CsvSource source = skipping("a,y\n1,u\n2,v\n" + gap + ",z\n", List.of());
      Schema schema = source.describe(HADOOP).schema();
      assertEquals(List.of("u", "v"), schema.names());
      assertEquals(List.of(List.of(1f), List.of(2f)), rows(source, schema));
      CsvSource said = skipping("a,y\n1,u\n2,v\n" + gap + ",z\n", List.of("u", "v"));
      for (Schema known : List.of(Schema.UNKNOWN, schema)) {
        DataException e = assertThrows(DataException.class, () -> said.describe(HADOOP, known));
        assertTrue(e.getMessage().contains("line 4, column y: found 'z'"), e.getMessage());
      }
      CsvSource empty = skipping("a,b,y\n1,1,u\n2,2,v\n" + gap + ",1,\n", List.of());
      DataException e = assertThrows(DataException.class, () -> empty.describe(HADOOP));
      assertTrue(e.getMessage().contains("line 4, column y: "), e.getMessage());
    }
  }

  /** Of a classification, by rules that leave rows out. */
  private CsvSource skipping(String content, List<String> classes) {
    String file = write(folder, "c.csv", content);
    TableRules skip = rules(Missing.SKIP, false).with(Invalid.SKIP);
    return new CsvSource(file, true, ',', Task.CLASSIFICATION, List.of("y"), classes).with(skip);
  }

  @Test
  void aCategoryMayBeWrittenInNumbersWhereItIsSaid() throws IOException {
    String codes = "code,y\n01,1\n1,2\n01,3\n20,4\n";
    assertTrue(encoding(table(codes)).isNone());
    CsvSource said = table(codes, given("code", ColumnKind.CATEGORY), TableRules.USUAL);
    assertEquals(List.of("01", "1", "20"), encoding(said).columns().get(0).values());
  }

  @Test
  void aTextInAColumnThatIsSaidToBeOfNumbersIsRefusedWithItsLine() {
    String typo = "a,y\n1,1\n2,2\nthree,3\n";
    assertRefused(
        "line 4, column a: found 'three', a feature must be a finite number",
        table(typo, given("a", ColumnKind.NUMBER), TableRules.USUAL));
  }

  @Test
  void unseenCategoriesShareOneFeatureAndColumnsAreFoundByName() throws IOException {
    Schema schema = table(PETS).describe(HADOOP).schema();
    String other = "weight,y,city,wild,kind\n2,9,Rom,yes,ape\n";
    List<List<Float>> rows = rows(table(other), schema);
    assertEquals(List.of(0f, 0f, 0f, 1f, 0f, 0f, 1f, 2f, 1f), rows.get(0));
  }

  @Test
  void categoriesOfFewExamplesShareThatFeature() throws IOException {
    CsvSource pets = table(PETS, ColumnChoice.ALL, rare(2, 100));
    Schema schema = pets.describe(HADOOP).schema();
    assertEquals(List.of("cat", "dog"), schema.encoding().columns().get(0).values());
    assertEquals(List.of(0f, 0f, 1f), rows(pets, schema).get(3).subList(0, 3));
  }

  @Test
  void columnsAreChosenByNameIndexAndPattern() throws IOException {
    ColumnChoice some = new ColumnChoice(List.of("w*", "1"), List.of("wild"), Map.of());
    Description found = table(PETS, some, TableRules.USUAL).describe(HADOOP);
    assertEquals(List.of("weight", "city"), found.schema().features());
    ColumnChoice rest = new ColumnChoice(List.of(), List.of("-2", "kind", "c?ty"), Map.of());
    Description number = table(PETS, rest, TableRules.USUAL).describe(HADOOP);
    assertEquals(List.of("weight"), number.schema().features());
    for (String wrong : List.of("colour", "9", "z*")) {
      ColumnChoice none = new ColumnChoice(List.of(), List.of(wrong), Map.of());
      assertRefused("no column " + wrong, table(PETS, none, TableRules.USUAL));
    }
    ColumnChoice label = new ColumnChoice(List.of("y", "kind"), List.of(), Map.of());
    assertRefused("a label column is no feature: y", table(PETS, label, TableRules.USUAL));
  }

  @Test
  void whatIsNoCategoryIsOneLineThatNamesTheColumnAndTheCure() {
    String names = "name,y\n" + lines(30, i -> "n" + i + "," + i);
    assertRefused(
        "column name has as many different values as rows, 30, such as 'n0': data.train.exclude ="
            + " [name]",
        table(names));
    String some = "name,y\n" + lines(30, i -> "n" + i % 15 + "," + i);
    assertRefused(
        "column name has 15 categories, more than max-categories = 14, such as 'n0':"
            + " data.train.exclude = [name]",
        table(some, ColumnChoice.ALL, rare(1, 14)));
    String many = "name,y\n" + lines(2 * TableRules.MOST_VALUES + 2, i -> "n" + i / 2 + "," + i);
    assertRefused("column name has more than 16384 different values", table(many));
  }

  private static String lines(int count, java.util.function.IntFunction<String> line) {
    return IntStream.range(0, count).mapToObj(line).collect(Collectors.joining("\n")) + "\n";
  }

  private static final String GAPS = "a,b,y\n1,x,1\n,x,2\n5,NA,3\n3,z,4\n3,z,5\n";

  @Test
  void aGapIsRefusedWithItsLineUnlessARuleSaysWhatToDo() {
    assertRefused(
        "line 3, column a: found nothing, a missing value: data.missing = mean, median, zero or"
            + " skip allows it",
        table(GAPS));
  }

  @Test
  void aNumberMayStandForAGapWhereItIsSaid() throws IOException {
    TableRules rules = new TableRules(List.of("-9"), Missing.ZERO, true, 1, 100);
    CsvSource source = table("a,y\n-9,1\n4,2\nx,3\n-9.0,4\nx,5\n", ColumnChoice.ALL, rules);
    Encoding.Column a = encoding(source).columns().get(0);
    assertEquals(List.of("-9.0", "4", "x"), a.values());
    assertTrue(a.indicator());
  }

  @Test
  void rowsWithGapsAreLeftOutAndCounted() throws IOException {
    CsvSource gaps = table(GAPS, ColumnChoice.ALL, rules(Missing.SKIP, false));
    Description left = gaps.describe(HADOOP);
    CsvSource whole =
        table(
            "w.csv",
            "a,b,y\n1,x,1\n3,z,4\n3,z,5\n".getBytes(StandardCharsets.UTF_8),
            ColumnChoice.ALL,
            rules(Missing.SKIP, false));
    assertEquals(whole.describe(HADOOP).fingerprint(), left.fingerprint());
    assertEquals(3, left.examples());
    assertTrue(left.notes().get(0).endsWith("leaves out 2 rows with missing values"), "" + left);
    assertEquals(rows(whole, left.schema()), rows(gaps, left.schema()));
  }

  @Test
  void oneRowThatIsLeftOutIsToldInTheSingular() throws IOException {
    CsvSource gap =
        table(
            "w.csv",
            "a,b,y\n1,x,1\n,x,2\n3,x,5\n".getBytes(StandardCharsets.UTF_8),
            ColumnChoice.ALL,
            rules(Missing.SKIP, false));
    Description left = gap.describe(HADOOP);
    assertTrue(left.notes().get(0).endsWith(": leaves out 1 row with missing values"), "" + left);
  }

  @Test
  void gapsAreFilledByFeatureAndTold() throws IOException {
    CsvSource gaps = table(GAPS, ColumnChoice.ALL, rules(Missing.MEAN, true));
    Schema schema = gaps.describe(HADOOP).schema();
    // a, whether it is missing; b = x, z, another, whether it is missing
    assertEquals(Shape.flat(2 + 4), schema.shape());
    List<List<Float>> rows = rows(gaps, schema);
    assertEquals(List.of(1f, 0f, 1f, 0f, 0f, 0f), rows.get(0));
    assertEquals(List.of(Float.NaN, 1f, 1f, 0f, 0f, 0f), rows.get(1));
    assertEquals(List.of(5f, 0f, Float.NaN, Float.NaN, Float.NaN, 1f), rows.get(2));
    assertFilled(gaps, Missing.MEAN, 3, .5f, .5f, 0);
    assertFilled(gaps, Missing.ZERO, 0, 0, 0, 0);
    assertFilled(gaps, Missing.MEDIAN, 3, 0, 0, 0);
  }

  /** What a, b = x, b = z and another b are where there is none. */
  private void assertFilled(CsvSource of, Missing missing, float... expected) throws IOException {
    CsvSource source = table("f.csv", bytes(of), ColumnChoice.ALL, rules(missing, true));
    DataPlan plan = DataPlan.of(new DataPlan.Sources(source, null, 0), HADOOP, 1, 7);
    Shards all = plan.dealing(new SourceReader(HADOOP)).deal(0, 1);
    float[] gap = filled(plan, TrainingFeatures.of(all.examples(), all.training()[0]));
    assertArrayEquals(expected, new float[] {gap[0], gap[2], gap[3], gap[4]});
  }

  /** What features are of which there are none. */
  private static float[] filled(DataPlan plan, TrainingFeatures training) {
    Normalization none = new Normalization(Normalizer.Method.NONE, Normalizer.Per.FEATURE, 1);
    Shape shape = plan.schema().shape();
    Normalizer fitted = none.fit(shape, plan.schema().encoding(), plan.offsets(), training);
    float[] gap = new float[shape.size()];
    Arrays.fill(gap, Float.NaN);
    fitted.apply(gap, 1, gap.length);
    return gap;
  }

  /** Of more than are ever sampled, behind a category, and of invalid rows none. */
  @Test
  void aMedianIsThatOfAllTrainingExamplesAndOfNoneThatIsHeldOut() throws IOException {
    Random random = new Random(3);
    String rows =
        lines(
            20_000,
            i ->
                "k"
                    + random.nextInt(3)
                    + ","
                    + (random.nextInt(9) == 0 ? "" : Math.exp(random.nextGaussian()))
                    + ","
                    + (random.nextInt(9) == 0 ? "inf" : i)
                    + ","
                    + i);
    TableRules skipping = rules(Missing.MEDIAN, true).with(Invalid.SKIP);
    CsvSource source = table("kind,a,b,y\n" + rows, ColumnChoice.ALL, skipping);
    DataPlan plan = DataPlan.of(new DataPlan.Sources(source, null, .3), HADOOP, 1, 7);
    Shards all = plan.dealing(new SourceReader(HADOOP)).deal(0, 1);
    int[] training = all.training()[0];
    assertTrue(training.length > 12_000, "" + training.length);
    float[] gap = filled(plan, TrainingFeatures.of(all.examples(), training));
    int a = plan.schema().encoding().firsts()[1];
    float[] features = new float[gap.length];
    double[] sorted =
        Arrays.stream(training)
            .mapToDouble(
                row -> {
                  all.examples().features(row, features, 0);
                  return features[a];
                })
            .filter(x -> !Double.isNaN(x))
            .sorted()
            .toArray();
    double twice = sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2];
    assertEquals((float) (twice / 2), gap[a]);
  }

  private static byte[] bytes(CsvSource of) throws IOException {
    return java.nio.file.Files.readAllBytes(Path.of(of.file()));
  }

  @Test
  void statisticsOfFilledFeaturesAreThoseOfTheFilledExamples() {
    float[] some = {1, Float.NaN, 4, 9, Float.NaN, 2};
    float[] full = {1, 3, 4, 9, 3, 2};
    FeatureStatistics filled = statistics(some).filled(new float[] {3});
    FeatureStatistics expected = statistics(full);
    assertEquals(expected.mean()[0], filled.mean()[0], 1e-12);
    assertEquals(expected.deviation()[0], filled.deviation()[0], 1e-12);
    assertEquals(9, filled.max()[0]);
    FeatureStatistics parts =
        statistics(Arrays.copyOf(some, 3)).merge(statistics(Arrays.copyOfRange(some, 3, 6)));
    assertEquals(4, parts.present(0));
    assertEquals(4, parts.mean()[0], 1e-12);
    FeatureStatistics sent = FeatureStatistics.ofArray(parts.toArray());
    assertArrayEquals(parts.missing(), sent.missing());
    assertArrayEquals(parts.max(), sent.max());
  }

  private static FeatureStatistics statistics(float... values) {
    int count = values.length;
    return FeatureStatistics.of(
        new Examples(Shape.flat(1), null, values, new int[count], null, count));
  }

  private static String random(long seed, int rows) {
    Random random = new Random(seed);
    return lines(
        rows,
        i ->
            (random.nextInt(12) == 0 ? "" : random.nextInt(50))
                + ",c"
                + (int) Math.abs(random.nextGaussian() * 9)
                + ","
                + random.nextBoolean()
                + ","
                + random.nextInt(9));
  }

  /** What each worker trains on, and what is held out, with all that was found. */
  private List<Object> dealt(CsvSource source, double held, long seed) throws IOException {
    DataPlan plan = DataPlan.of(new DataPlan.Sources(source, null, held), HADOOP, 3, seed);
    List<Object> all = new ArrayList<>();
    all.add(plan.schema());
    all.add(plan.description().fingerprint());
    for (int v = 0; v < 3; v++) {
      Shards own = plan.dealing(new SourceReader(HADOOP)).deal(v, v + 1);
      for (int[] rows : List.of(own.training()[0], own.held()[0]))
        for (int row : rows) {
          float[] features = new float[plan.schema().shape().size()];
          own.examples().features(row, features, 0);
          float[] target = new float[1];
          own.examples().targets(row, target, 0);
          all.add(Arrays.toString(features) + target[0]);
        }
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource(
      value = Missing.class,
      names = {"MEAN", "MEDIAN", "SKIP"})
  void whatIsFoundAndDealtDependsOnTheRowsAndNotOnTheirOrderOrFile(Missing missing)
      throws IOException {
    String head = "a,b,c,y\n";
    String body = random(4, 400);
    List<String> lines = new ArrayList<>(body.lines().toList());
    Collections.shuffle(lines, new Random(9));
    String shuffled = head + String.join("\n", lines);
    TableRules rules = rules(missing, true);
    List<Object> one = dealt(table(head + body, ColumnChoice.ALL, rules), .2, 5);
    byte[] packed = gzip(shuffled.getBytes(StandardCharsets.UTF_8));
    assertEquals(one, dealt(table("o.csv.gz", packed, ColumnChoice.ALL, rules), .2, 5));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void categoriesAreThoseOfTrainingExamplesAndNeverOfThoseHeldOut(int rare) throws IOException {
    for (long seed = 1; seed <= 5; seed++) {
      CsvSource source = table("a,b,c,y\n" + random(seed, 300), ColumnChoice.ALL, gapsFilled(rare));
      DataPlan plan = DataPlan.of(new DataPlan.Sources(source, null, .3), HADOOP, 1, seed);
      List<String> own = plan.schema().encoding().columns().get(1).values();
      Shards all = plan.dealing(new SourceReader(HADOOP)).deal(0, 1);
      int[] counts = counts(plan, all.examples(), all.training()[0], own.size());
      for (int i = 0; i < own.size(); i++)
        assertTrue(counts[i] >= rare, own.get(i) + " of " + counts[i] + ", seed " + seed);
      Set<String> found = new TreeSet<>(encoding(source).columns().get(1).values());
      assertTrue(found.containsAll(own));
      assertTrue(own.size() >= 5, "seed " + seed + ": " + own);
      assertEquals(new HashSet<>(own).size(), own.size());
    }
  }

  private static TableRules gapsFilled(int rare) {
    return new TableRules(List.of(), Missing.MEAN, false, rare, 100);
  }

  /** Examples of each category of the column b. */
  private static int[] counts(DataPlan plan, ExampleStore examples, int[] rows, int own) {
    int[] counts = new int[own];
    float[] features = new float[plan.schema().shape().size()];
    for (int row : rows) {
      examples.features(row, features, 0);
      for (int i = 0; i < own; i++) if (features[1 + i] == 1) counts[i]++;
    }
    return counts;
  }
}
