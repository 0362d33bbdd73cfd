package io.kudari.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.ColumnKind;
import io.kudari.data.DataException;
import io.kudari.data.Encoding;
import io.kudari.data.Missing;
import io.kudari.data.Normalizer;
import io.kudari.data.Offsets;
import io.kudari.data.Schema;
import io.kudari.data.TableRules;
import io.kudari.math.Fingerprint;
import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.model.Loss;
import io.kudari.model.Scaling;
import io.kudari.model.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFolderTest {

  private static final Configuration HADOOP = new Configuration();

  @TempDir Path dir;
  private Path folder;

  @BeforeEach
  void nameTheFolder() {
    folder = dir.resolve("model");
  }

  static List<String> everyFile() {
    return List.of(
        "layout.json",
        "manifest.json",
        "model.json",
        "normalizer.json",
        "parameters.f32",
        "task.json");
  }

  private static SavedModel model(float last) {
    Layout layout =
        new Layout(
            List.of(
                new Segment("0.weight", 0, List.of(2, 3), Role.WEIGHT),
                new Segment("0.bias", 6, List.of(2), Role.BIAS)));
    float[] parameters = {1e-40f, -0.0f, 3.1415927f, Float.MAX_VALUE, -7, 0.1f, 16777217f, last};
    Normalizer normalizer =
        new Normalizer(
            Normalizer.Method.Z_SCORE,
            Normalizer.Per.FEATURE,
            new Scaling(
                new float[] {0.1f, -2.5e-38f, 1e30f}, new float[] {1 / 255f, 0, Float.MIN_VALUE}),
            new Offsets(new double[] {1_700_000_000.1, 0, -5e-324}));
    return new SavedModel(
        "{\"layers\" : [\"dense\"],  \"naïve\":1.50}",
        layout,
        parameters,
        normalizer,
        new Schema(
            Shape.flat(3),
            2,
            0,
            List.of("cat & <b>", "dög"),
            List.of("x \"1\"", "ü", ""),
            List.of("kind")),
        5,
        Loss.CROSS_ENTROPY,
        "1.2.3");
  }

  private org.apache.hadoop.fs.Path path() {
    return new org.apache.hadoop.fs.Path(folder.toUri());
  }

  private SavedModel read() throws IOException {
    return ModelFolder.read(path(), HADOOP);
  }

  private void write(SavedModel model) throws IOException {
    ModelFolder.write(path(), HADOOP, model);
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  /** Replaces the content of a file and makes the manifest agree with it. */
  private void forge(String name, byte[] content) throws IOException {
    byte[] before = Files.readAllBytes(file(name));
    Files.write(file(name), content);
    String manifest = Files.readString(file("manifest.json"));
    int entry = manifest.indexOf('"' + name + '"');
    String forged =
        manifest
            .substring(entry)
            .replaceFirst("\"bytes\" : " + before.length, "\"bytes\" : " + content.length)
            .replaceFirst(Fingerprint.sha256(before), Fingerprint.sha256(content));
    Files.writeString(file("manifest.json"), manifest.substring(0, entry) + forged);
  }

  private void forgeText(String name, UnaryOperator<String> edit) throws IOException {
    String before = Files.readString(file(name));
    String after = edit.apply(before);
    assertFalse(before.equals(after), "the edit must change something");
    forge(name, after.getBytes(StandardCharsets.UTF_8));
  }

  /** Reading fails with one line that names the file and holds the words. */
  private void assertRefused(String file, String... words) {
    String message = assertThrows(DataException.class, this::read).getMessage();
    assertFalse(message.contains("\n"), message);
    assertTrue(message.contains(file), message);
    for (String word : words) assertTrue(message.contains(word), message);
  }

  @Test
  void whatIsReadIsWhatWasWrittenBitForBit() throws IOException {
    SavedModel written = model(42);
    write(written);
    SavedModel read = read();
    assertEquals(written.modelJson(), read.modelJson());
    assertEquals(written.layout(), read.layout());
    assertEquals(Fingerprint.sha256(written.parameters()), Fingerprint.sha256(read.parameters()));
    assertArrayEquals(written.normalizer().scaling().shift(), read.normalizer().scaling().shift());
    assertEquals(written.normalizer(), read.normalizer());
    assertEquals(written.schema(), read.schema());
    assertEquals(List.of("x \"1\"", "ü", ""), read.schema().features());
    assertEquals(2, read.outputs());
    assertEquals(5, read.workers());
    assertEquals(Loss.CROSS_ENTROPY, read.loss());
    assertEquals("1.2.3", read.version());
  }

  /** The manifest has the SHA-256 of every file. Another format needs another number of format. */
  @Test
  void modelsOfThisFormatKeepTheirBytes() throws IOException {
    write(model(42));
    byte[] manifest = Files.readAllBytes(file("manifest.json"));
    assertEquals(
        "faced07e0d990e08c4908368f978489b1c93f01333ebb2659db9f8e0709d4acd",
        Fingerprint.sha256(manifest));
  }

  @Test
  void theFingerprintIsThatOfTheParameterFile() throws IOException {
    write(model(42));
    assertEquals(
        Fingerprint.sha256(model(42).parameters()),
        Fingerprint.sha256(Files.readAllBytes(file("parameters.f32"))));
  }

  @Test
  void theFolderHoldsItsFilesAndNothingElse() throws IOException {
    write(model(1));
    write(model(2));
    assertEquals(2, read().parameters()[7]);
    assertEquals(Set.of("model"), names(dir));
    assertEquals(new TreeSet<>(everyFile()), names(folder));
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(f -> f.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void remainsOfAnInterruptedSaveDoNotMatter() throws IOException {
    write(model(1));
    for (String remains : List.of(".model.tmp", ".model.old")) {
      Files.createDirectories(dir.resolve(remains));
      Files.writeString(dir.resolve(remains).resolve("layout.json"), "half");
    }
    write(model(2));
    assertEquals(2, read().parameters()[7]);
    assertEquals(Set.of("model"), names(dir));
  }

  @Test
  void aModelThatIsNotFiniteIsNotWrittenAndTheOldOneStays() throws IOException {
    write(model(1));
    DataException e = assertThrows(DataException.class, () -> write(model(Float.NaN)));
    assertTrue(e.getMessage().contains("segment 0.bias"), e.getMessage());
    assertEquals(1, read().parameters()[7]);
  }

  @ParameterizedTest
  @MethodSource("everyFile")
  void noFlippedBitGoesUnnoticed(String name) throws IOException {
    write(model(42));
    byte[] content = Files.readAllBytes(file(name));
    RandomStream random = new RandomStream(11, Purpose.TEST, 0, 0);
    for (int i = 0; i < content.length; i++) {
      byte[] damaged = content.clone();
      damaged[i] ^= (byte) (1 << random.below(8));
      Files.write(file(name), damaged);
      DataException e = assertThrows(DataException.class, this::read, "byte " + i);
      assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }
  }

  @ParameterizedTest
  @MethodSource("everyFile")
  void aMissingOrTruncatedOrLongerFileIsNamed(String name) throws IOException {
    write(model(42));
    byte[] content = Files.readAllBytes(file(name));
    Files.write(file(name), Arrays.copyOf(content, content.length - 3));
    assertRefused(name);
    Files.write(file(name), new byte[0]);
    assertRefused(name);
    Files.write(file(name), Arrays.copyOf(content, content.length + 1));
    assertRefused(name);
    Files.delete(file(name));
    assertRefused(name, "missing");
    Files.createDirectory(file(name));
    assertRefused(name, "must be a file");
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    assertRefused("model/manifest.json", "missing");
  }

  @Test
  void aNewerFormatIsRefusedAsNewer() throws IOException {
    write(model(42));
    String manifest = Files.readString(file("manifest.json"));
    Files.writeString(file("manifest.json"), manifest.replace("\"format\" : 2", "\"format\" : 4"));
    assertRefused("manifest.json", "format 4 is newer than 3");
  }

  @Test
  void aLengthThatIsNotTheFilesIsRefusedHoweverLarge() throws IOException {
    write(model(42));
    String manifest = Files.readString(file("manifest.json"));
    for (String lie : List.of("9223372036854775807", "2147483648", "-32", "33", "0")) {
      Files.writeString(
          file("manifest.json"), manifest.replace("\"bytes\" : 32,", "\"bytes\" : " + lie + ","));
      assertRefused("parameters.f32", "has 32 bytes", lie);
    }
    Files.writeString(
        file("manifest.json"), manifest.replace("\"bytes\" : 32,", "\"bytes\" : 1e99,"));
    assertRefused("parameters.f32", "bytes must be an integer");
  }

  @Test
  void aLayoutOfAnotherSizeThanTheParametersIsRefused() throws IOException {
    write(model(42));
    forgeText(
        "layout.json",
        s -> s.replace("[ 2, 3 ]", "[ 3, 3 ]").replace("\"offset\" : 6", "\"offset\" : 9"));
    assertRefused("parameters.f32", "has 32 bytes", "11 parameters", "44");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[ 2147483647, 2147483647 ]",
        "[ 65536, 65536 ]",
        "[ 99999999999 ]",
        "[ 0 ]",
        "[ -2, -3 ]",
        "[ 2.5 ]",
        "[ ]",
        "[ 7 ]",
        "6"
      })
  void aSegmentShapeThatCannotBeIsRefused(String shape) throws IOException {
    write(model(42));
    forgeText("layout.json", s -> s.replace("[ 2, 3 ]", shape));
    assertRefused("layout.json");
  }

  @Test
  void segmentsThatTogetherOverflowAreRefused() throws IOException {
    write(model(42));
    forgeText(
        "layout.json",
        s ->
            s.replace("[ 2, 3 ]", "[ 2147483647 ]")
                .replace("\"offset\" : 6", "\"offset\" : 2147483647"));
    assertRefused("layout.json");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aParameterThatIsNotFiniteIsRefusedWithItsSegment(float bad) throws IOException {
    write(model(42));
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(file("parameters.f32"))).order(ByteOrder.LITTLE_ENDIAN);
    forge("parameters.f32", bytes.putFloat(4 * 7, bad).array());
    assertRefused("parameters.f32", "segment 0.bias", "element 1", String.valueOf(bad));
  }

  @Test
  void aNormaliserForAnotherInputIsRefused() throws IOException {
    write(model(42));
    forgeText(
        "task.json",
        s ->
            s.replace("[ 3, 1, 1 ]", "[ 4, 1, 1 ]")
                .replaceAll("\"features\" : \\[[^]]*]", "\"features\" : []"));
    assertRefused("model", "normaliser with 3 shifts");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[ 3, 1 ]", "[ 3, 1, 0 ]", "[ 65536, 65536, 2 ]", "\"3x1x1\""})
  void anInputShapeThatCannotBeIsRefused(String shape) throws IOException {
    write(model(42));
    forgeText("task.json", s -> s.replace("[ 3, 1, 1 ]", shape));
    assertRefused("task.json");
  }

  @Test
  void anUnknownLossOrClassesThatDoNotFitAreRefused() throws IOException {
    write(model(42));
    forgeText("task.json", s -> s.replace("cross-entropy", "hinge"));
    assertRefused("task.json", "loss must be one of", "hinge");
    write(model(42));
    forgeText("task.json", s -> s.replace("\"outputs\" : 2", "\"outputs\" : 3"));
    assertRefused("model", "3 outputs", "2 class names");
  }

  @Test
  void aFolderOfAnEarlierVersionHasNoNamesOfColumns() throws IOException {
    write(model(42));
    forgeText("task.json", s -> s.replaceAll("(?s),\\s*\"task\".*", "\n}\n"));
    Schema schema = read().schema();
    assertEquals(
        new Schema(Shape.flat(3), 2, 0, List.of("cat & <b>", "dög"), List.of(), List.of()), schema);
    assertEquals(1, read().workers());
  }

  @Test
  void mediansThatEarlierVersionsWroteOfColumnsArePassedOver() throws IOException {
    SavedModel plain = model(42);
    Schema of = plain.schema();
    var number = new Encoding.Column(ColumnKind.NUMBER, List.of(), false);
    var rules = new TableRules(List.of("NA"), Missing.MEDIAN, false, 1, 100);
    Encoding encoding = new Encoding(List.of(number, number, number), rules);
    Schema table =
        new Schema(
            of.shape(),
            of.classes(),
            of.targets(),
            of.classNames(),
            of.features(),
            of.labels(),
            "",
            encoding);
    write(
        new SavedModel(
            plain.modelJson(),
            plain.layout(),
            plain.parameters(),
            plain.normalizer(),
            table,
            plain.workers(),
            plain.loss(),
            plain.version()));
    String indicator = "\"indicator\" : false";
    forgeText("task.json", s -> s.replace(indicator, indicator + ", \"median\" : 2.5"));
    assertEquals(table, read().schema());
  }

  @ParameterizedTest
  @ValueSource(strings = {"[ \"a\", \"b\" ]", "[ 1, 2, 3 ]", "\"kind\""})
  void namesOfColumnsThatDoNotFitAreRefused(String features) throws IOException {
    write(model(42));
    forgeText(
        "task.json", s -> s.replaceAll("\"features\" : \\[[^]]*]", "\"features\" : " + features));
    assertRefused("task.json", "features");
  }

  @Test
  void aNormaliserThatIsNotFiniteIsRefused() throws IOException {
    write(model(42));
    forgeText(
        "normalizer.json", s -> s.replaceFirst("\"factor\" : \\[ [^,]*,", "\"factor\" : [ 1e39,"));
    assertRefused("normalizer.json", "must be finite");
  }

  @Test
  void aDescriptionThatIsNotAJsonObjectIsRefused() throws IOException {
    for (String text : List.of("[]", "{\"a\":1,\"a\":2}", "{} {}", "{\"a\":NaN}", "", "null")) {
      write(model(42));
      forge("model.json", text.getBytes(StandardCharsets.UTF_8));
      assertRefused("model.json", "JSON");
    }
    write(model(42));
    forge("model.json", new byte[] {'"', (byte) 0xff, '"'});
    assertRefused("model.json", "UTF-8");
  }

  @Test
  void deeplyNestedJsonIsRefusedInsteadOfOverflowingTheStack() throws IOException {
    write(model(42));
    forge("task.json", "{\"a\":".repeat(100_000).getBytes(StandardCharsets.UTF_8));
    assertRefused("task.json", "not JSON");
  }
}
