package io.kudari.data;

import static io.kudari.data.TestFiles.HADOOP;
import static io.kudari.data.TestFiles.counting;
import static io.kudari.data.TestFiles.idx;
import static io.kudari.data.TestFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.data.digits.DigitsSource;
import io.kudari.data.format.CifarSource;
import io.kudari.data.format.IdxSource;
import io.kudari.data.format.LibSvmSource;
import io.kudari.data.format.ParquetSource;
import io.kudari.model.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sets that are read with a training set's schema. */
class SchemaTest {

  private static final List<String> NONE = List.of();

  @TempDir Path folder;

  private io.kudari.data.format.CsvSource csv(String text, String... labels) {
    return new io.kudari.data.format.CsvSource(
        write(folder, "t.csv", text), true, ',', Task.CLASSIFICATION, List.of(labels), NONE);
  }

  private io.kudari.data.format.CsvSource targets(String text, String... labels) {
    return new io.kudari.data.format.CsvSource(
        write(folder, "t.csv", text), true, ',', Task.REGRESSION, List.of(labels), NONE);
  }

  private LibSvmSource libsvm(String text, int features) {
    return new LibSvmSource(write(folder, "t.svm", text), Task.CLASSIFICATION, features, NONE);
  }

  /** Of two features a and b, and the column kind. */
  private Schema trained() throws IOException {
    String text = "a,b,kind\n1,2,red\n3,4,green\n5,6,blue\n";
    return new io.kudari.data.format.CsvSource(
            write(folder, "train.csv", text), true, ',', Task.CLASSIFICATION, List.of("kind"), NONE)
        .describe(HADOOP)
        .schema();
  }

  private static Schema of(int features, String... classes) {
    return new Schema(Shape.flat(features), classes.length, 0, List.of(classes), NONE, NONE);
  }

  private static Examples all(ExampleSource source, Schema schema) throws IOException {
    Description description = source.describe(HADOOP, schema);
    assertSame(schema, description.schema(), "there is one schema");
    return source.load(HADOOP, schema, IntStream.range(0, description.examples()).toArray());
  }

  private static String note(ExampleSource source, Schema schema) throws IOException {
    List<String> notes = source.describe(HADOOP, schema).notes();
    assertEquals(1, notes.size(), notes.toString());
    return notes.get(0);
  }

  private void assertRefused(String line, ExampleSource source, Schema schema) {
    var error = assertThrows(DataException.class, () -> source.describe(HADOOP, schema));
    assertEquals(line, error.getMessage().replace(folder + "/", ""));
    assertFalse(error.getMessage().contains("\n"));
  }

  @Test
  void aTrainingSetSaysItsColumns() throws IOException {
    Schema schema = trained();
    assertEquals(List.of("a", "b"), schema.features());
    assertEquals(List.of("kind"), schema.labels());
    assertEquals(List.of("blue", "green", "red"), schema.classNames());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"kind,b,a | kind", "b,a,kind | kind", "b,kind,a | -1"})
  void columnsAreFoundByNameInAnyOrder(String header, String label) throws IOException {
    StringBuilder text = new StringBuilder(header);
    for (String[] row : new String[][] {{"7", "8", "red"}, {"9", "10", "blue"}}) {
      text.append('\n');
      for (String column : header.split(",", -1)) {
        int at = List.of("a", "b", "kind").indexOf(column);
        text.append(text.charAt(text.length() - 1) == '\n' ? "" : ",").append(row[at]);
      }
    }
    Examples read = all(csv(text.toString(), label), trained());
    assertArrayEquals(new float[] {7, 8, 9, 10}, read.floats());
    assertArrayEquals(new int[] {2, 0}, read.labels());
  }

  @Test
  void aSetOfOneClassHasTheTrainingSetsNumber() throws IOException {
    assertArrayEquals(new int[] {1}, all(csv("a,b,kind\n1,2,green\n", "kind"), trained()).labels());
  }

  @Test
  void columnsThatTheTrainingSetHasNotAreIgnoredAndSaid() throws IOException {
    var source = csv("id,b,kind,a,when\nx,2,red,1,noon\n", "kind");
    assertArrayEquals(new float[] {1, 2}, all(source, trained()).floats());
    assertEquals(
        folder + "/t.csv: ignores the columns [id, when], which the model does not learn from",
        note(source, trained()));
  }

  @Test
  void aColumnThatIsMissingOrDoubledIsNamed() throws IOException {
    assertRefused(
        "t.csv: no column b, which the training set has; its features are [a, c]",
        csv("a,c,kind\n1,2,red\n", "kind"),
        trained());
    assertRefused(
        "t.csv: more than one column is named b",
        csv("a,b,kind,b\n1,2,red,3\n", "kind"),
        trained());
    assertRefused(
        "t.csv: more than one column is named b",
        csv("a,b,kind,b\n1,2,red,3\n", "kind"),
        Schema.UNKNOWN);
    assertRefused(
        "t.csv: no column b, which the training set has; its features are [a, kind]",
        csv("a,b,kind\n1,2,red\n", "b"),
        trained());
  }

  @Test
  void aLabelColumnOfAnotherNameIsTakenAndSaid() throws IOException {
    var source = csv("a,b,colour\n1,2,red\n", "colour");
    assertArrayEquals(new int[] {2}, all(source, trained()).labels());
    assertEquals(
        folder + "/t.csv: its label column colour is taken for kind", note(source, trained()));
  }

  @Test
  void targetsAreFoundByNameOrRefused() throws IOException {
    Schema schema = targets("y,x,z\n1,2,3\n", "y", "z").describe(HADOOP).schema();
    var source = targets("z,y,x\n30,10,20\n", "z", "y");
    assertArrayEquals(new float[] {10, 30}, all(source, schema).targets());
    assertArrayEquals(new float[] {20}, all(source, schema).floats());
    assertRefused(
        "t.csv: its label columns [u, v] are not those of the training set, [y, z]",
        targets("u,v,x\n1,2,3\n", "u", "v"),
        schema);
    assertRefused(
        "t.csv: has 1 target value, the training set has 2 target values",
        new LibSvmSource(write(folder, "t.csv", "1 1:2\n"), Task.REGRESSION, 0, NONE),
        schema);
  }

  @Test
  void withoutNamesOnEitherSideTheOrderDecidesAndThatIsSaid() throws IOException {
    var bare =
        new io.kudari.data.format.CsvSource(
            write(folder, "bare.csv", "1,2,red\n"),
            false,
            ',',
            Task.CLASSIFICATION,
            List.of("-1"),
            NONE);
    assertEquals(
        folder + "/bare.csv: columns are matched by position: the file has no header",
        note(bare, trained()));
    assertEquals(
        folder
            + "/t.csv: columns are matched by position: the names of the training set's columns are"
            + " not known",
        note(csv("x,y,kind\n1,2,red\n", "kind"), of(2, "green", "red")));
    Schema numbers =
        new Schema(Shape.flat(2), 2, 0, List.of("1", "2"), List.of("a", "b"), List.of("kind"));
    assertEquals(
        folder + "/t.svm: columns are matched by position: LibSVM text has no names",
        note(libsvm("1 1:2\n", 0), numbers));
    assertEquals(List.of(), libsvm("1 1:2\n", 0).describe(HADOOP, of(2, "1", "2")).notes());
  }

  @Test
  void aLabelThatTheTrainingSetLacksIsRefused() throws IOException {
    for (ExampleSource source :
        List.of(
            csv("a,b,kind\n1,2,red\n1,2,pink\n", "kind"),
            libsvm("1 1:1\n4 1:1\n", 0),
            new DigitsSource(10, 1),
            new CifarSource(List.of(write(folder, "c.bin", new byte[3073]))))) {
      Shape shape;
      if (source instanceof DigitsSource) shape = new Shape(1, 28, 28);
      else if (source instanceof CifarSource) shape = new Shape(3, 32, 32);
      else shape = Shape.flat(2);
      Schema schema = new Schema(shape, 2, 0, List.of("1", "red"), NONE, NONE);
      var error = assertThrows(DataException.class, () -> source.describe(HADOOP, schema));
      assertFalse(error.getMessage().contains("\n"), error.getMessage());
    }
  }

  @Test
  void aNarrowerSparseSetIsPaddedAndAWiderOneRefused() throws IOException {
    Schema schema = of(4, "-1", "1");
    Examples read = all(libsvm("1 2:5\n-1 1:3\n", 0), schema);
    assertArrayEquals(new float[] {0, 5, 0, 0, 3, 0, 0, 0}, read.floats());
    assertArrayEquals(new int[] {1, 0}, read.labels());
    assertRefused(
        "t.svm: line 1: found '5:1', an index must be within 3..4 here: they start at 1 and ascend,"
            + " the training set has 4",
        libsvm("1 2:5 5:1\n", 0),
        schema);
  }

  @Test
  void settingsOfATestSetThatContradictTheTrainingSetAreRefused() throws IOException {
    assertRefused(
        "t.svm: its features = 3, the training set has 4", libsvm("1 1:1\n", 3), of(4, "1", "2"));
    assertRefused(
        "t.csv: its classes [red, green, blue] are not those of the training set, [blue, green,"
            + " red]",
        new io.kudari.data.format.CsvSource(
            csv("a,b,kind\n1,2,red\n", "kind").file(),
            true,
            ',',
            Task.CLASSIFICATION,
            List.of("kind"),
            List.of("red", "green", "blue")),
        trained());
    String images = write(folder, "i", idx(new int[] {0x802, 2, 2}, counting(4)));
    String labels = write(folder, "l", idx(new int[] {0x801, 2}, (byte) 0, (byte) 1));
    assertRefused(
        "l: its classes [0, 1, 2] are not those of the training set, [1, 0]",
        new IdxSource(images, labels, 3),
        of(2, "1", "0"));
  }

  @Test
  void theNameOfAnIdxClassIsItsNumber() throws IOException {
    String images = write(folder, "i", idx(new int[] {0x802, 2, 2}, counting(4)));
    String labels = write(folder, "l", idx(new int[] {0x801, 2}, (byte) 7, (byte) 3));
    IdxSource source = new IdxSource(images, labels, 0);
    assertArrayEquals(new int[] {1, 0}, all(source, of(2, "3", "7")).labels());
    Schema unnamed = new Schema(Shape.flat(2), 8, 0, NONE, NONE, NONE);
    assertArrayEquals(new int[] {7, 3}, all(source, unnamed).labels());
    assertRefused(
        "l: label 0 is 7, the training set has the classes [3, 4]", source, of(2, "3", "4"));
    var table = csv("a,b,kind\n1,2,3\n", "kind");
    assertArrayEquals(new int[] {3}, all(table, unnamed).labels());
  }

  @Test
  void anotherShapeOrTaskIsRefused() throws IOException {
    String images = write(folder, "i", idx(new int[] {0x802, 2, 2}, counting(4)));
    String labels = write(folder, "l", idx(new int[] {0x801, 2}, (byte) 0, (byte) 1));
    assertRefused(
        "l: has examples of shape 2, the training set of 3",
        new IdxSource(images, labels, 0),
        of(3, "0", "1"));
    assertRefused(
        "t.csv: has 1 target value, the training set has classes",
        targets("a,b,kind\n1,2,3\n", "kind"),
        trained());
  }

  /** A file without a header may have columns that the model does not take. */
  @Test
  void otherColumnsAreRefusedWithThoseOfTheModel() throws IOException {
    var bare =
        new io.kudari.data.format.CsvSource(
            write(folder, "t.csv", "1,2,red,1\n3,4,red,1\n"),
            false,
            ',',
            Task.CLASSIFICATION,
            List.of("2"),
            List.of());
    assertRefused("t.csv: has examples of shape 3, the training set of 2: [a, b]", bare, trained());
    assertRefused(
        "t.csv: has examples of shape 3, the training set of 2; without names columns go by their"
            + " places, all but the labels and weights that settings name",
        bare,
        of(2, "red", "green"));
  }

  private String parquet(String columns, Object... values) throws IOException {
    MessageType type = MessageTypeParser.parseMessageType("message m { " + columns + " }");
    Path path = folder.resolve("t" + columns.hashCode() + values[0] + ".parquet");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(path.toUri()))
            .withType(type)
            .build()) {
      SimpleGroup row = new SimpleGroup(type);
      for (int i = 0; i < values.length; i++) {
        if (values[i] instanceof Double number) row.add(i, number);
        else if (values[i] instanceof String text) row.add(i, text);
        else vector(row.addGroup(i), (double[]) values[i]);
      }
      writer.write(row);
    }
    return path.toString();
  }

  private static void vector(Group vector, double[] values) {
    Group list = vector.append("type", 1).addGroup("values");
    for (double value : values) list.addGroup("list").append("element", value);
  }

  private static ParquetSource parquet(String path, List<String> features) {
    return new ParquetSource(path, Task.CLASSIFICATION, List.of("kind"), features, NONE);
  }

  @Test
  void columnsOfParquetAreFoundByNameToo() throws IOException {
    String path =
        parquet(
            "required double b; required binary kind (STRING); required double c; required double"
                + " a;",
            2.0,
            "red",
            3.0,
            1.0);
    ParquetSource source = parquet(path, NONE);
    assertArrayEquals(new float[] {1, 2}, all(source, trained()).floats());
    assertEquals(
        path + ": ignores the columns [c], which the model does not learn from",
        note(source, trained()));
    ParquetSource chosen = parquet(path, List.of("b", "a"));
    assertArrayEquals(new float[] {1, 2}, all(chosen, trained()).floats());
    assertEquals(List.of(), chosen.describe(HADOOP, trained()).notes());
    var error =
        assertThrows(
            DataException.class,
            () -> parquet(path, List.of("b", "a", "c")).describe(HADOOP, trained()));
    assertEquals(path + ": its features [c] are not in the training set", error.getMessage());
  }

  @Test
  void theElementsOfVectorsAreMatchedByPosition() throws IOException {
    String path =
        parquet(
            "required binary kind (STRING); required group v { required int32 type; optional int32"
                + " size; optional group indices (LIST) { repeated group list { required int32"
                + " element; } } optional group values (LIST) { repeated group list { required"
                + " double element; } } }",
            "red",
            new double[] {1, 2});
    ParquetSource source = parquet(path, NONE);
    assertArrayEquals(new float[] {1, 2}, all(source, trained()).floats());
    assertEquals(
        path + ": columns are matched by position: the elements of a vector have no names",
        note(source, trained()));
    Schema ofVectors =
        new Schema(Shape.flat(2), 2, 0, List.of("green", "red"), List.of("v"), List.of("kind"));
    assertEquals(List.of(), source.describe(HADOOP, ofVectors).notes());
    assertEquals(
        folder + "/t.csv: columns are matched by position: the elements of a vector have no names",
        note(csv("a,b,kind\n1,2,red\n", "kind"), ofVectors));
  }
}
