package io.kudari.data.format;

import static io.kudari.data.TestFiles.HADOOP;
import static io.kudari.data.TestFiles.all;
import static io.kudari.data.TestFiles.assertRefused;
import static io.kudari.data.TestFiles.assertRefusedEvenInPart;
import static io.kudari.data.TestFiles.gzip;
import static io.kudari.data.TestFiles.idx;
import static io.kudari.data.TestFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.data.DataException;
import io.kudari.data.Deal;
import io.kudari.data.Description;
import io.kudari.data.ExampleSource;
import io.kudari.data.Examples;
import io.kudari.data.Findings;
import io.kudari.data.Offsets;
import io.kudari.data.Schema;
import io.kudari.data.SourceReader;
import io.kudari.data.Survey;
import io.kudari.data.order.Division;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images and labels in the files of folders, or in those that match patterns. */
class IdxSetTest {

  private static final int COUNT = 300;

  @TempDir Path folder;

  @BeforeEach
  void writeOne() {
    write(folder, "one/i", images(0, COUNT, 2, 3));
    write(folder, "one/l", labels(0, COUNT));
  }

  /** Images that differ, by their numbers in the whole set. */
  private static byte[] images(int from, int to, int rows, int columns) {
    byte[] pixels = new byte[(to - from) * rows * columns];
    for (int i = 0; i < pixels.length; i++) {
      int image = from + i / (rows * columns);
      pixels[i] = (byte) (image * 31 + image / 256 + i % (rows * columns));
    }
    return idx(new int[] {0x803, to - from, rows, columns}, pixels);
  }

  private static byte[] labels(int from, int to) {
    byte[] marks = new byte[to - from];
    for (int i = from; i < to; i++) marks[i - from] = (byte) (i % 7 % 3);
    return idx(new int[] {0x801, to - from}, marks);
  }

  private void part(String name, int from, int to) {
    write(folder, name + "-images", images(from, to, 2, 3));
    write(folder, name + "-labels", labels(from, to));
  }

  /** Four pairs, of which one is gzipped, half of another, and one has no bytes. */
  private void writeParts() {
    part("set/p1", 100, 101);
    part("set/p0", 0, 100);
    write(folder, "set/p2-images.gz", gzip(images(101, 250, 2, 3)));
    write(folder, "set/p2-labels.gz", gzip(labels(101, 250)));
    write(folder, "set/p3-images", new byte[0]);
    write(folder, "set/p3-labels", new byte[0]);
    write(folder, "set/p4-images", images(250, COUNT, 2, 3));
    write(folder, "set/p4-labels.gz", gzip(labels(250, COUNT)));
    write(folder, "set/.hidden-images", "no IDX");
    write(folder, "set/_SUCCESS", "");
  }

  private IdxSource source(String images, String labels, int examples) {
    String marks = labels.isEmpty() ? "" : folder.resolve(labels).toString();
    return new IdxSource(folder.resolve(images).toString(), marks, 0, examples);
  }

  private IdxSource source(String images, String labels) {
    return source(images, labels, 0);
  }

  private static Examples load(ExampleSource source, int count) throws IOException {
    int[] wanted = new int[count];
    for (int i = 0; i < count; i++) wanted[i] = i;
    return source.load(HADOOP, Schema.UNKNOWN, wanted);
  }

  private static void assertSame(Examples expected, Examples found) {
    assertArrayEquals(expected.bytes(), found.bytes());
    assertArrayEquals(expected.labels(), found.labels());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "set/*-images*, set/*-labels*",
        "set/p?-images*, set/p*-labels*",
        "s?t/p[0-9]-im*, \"set/p{0,1,2,3,4}-labels{,.gz}\"",
        "images, labels",
        "images/, lab?ls",
      })
  void filesOfASetAreOneFileInTheOrderOfTheirNames(String images, String labels)
      throws IOException {
    writeParts();
    try (var files = Files.list(folder.resolve("set"))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        byte[] content = Files.readAllBytes(file);
        if (name.contains("-images")) write(folder, "images/" + name, content);
        if (name.contains("-labels")) write(folder, "labels/" + name, content);
      }
    }
    IdxSource one = source("one/i", "one/l");
    IdxSource set = source(images, labels);
    assertEquals(one.describe(HADOOP), set.describe(HADOOP));
    assertSame(load(one, COUNT), load(set, COUNT));
  }

  /** Of any size: small files are read together, large ones in ranges. */
  @ParameterizedTest
  @ValueSource(longs = {1, 17, 400, 800, 10_000})
  void splitsTogetherHoldTheExamplesOfTheFiles(long each) throws IOException {
    writeParts();
    IdxSource set = source("set/*-images*", "set/*-labels*");
    List<IdxPart> files = IdxFiles.pairs(HADOOP, set.images(), set.labels());
    assertEquals(4, files.size());
    IdxHeader first = files.get(0).header(HADOOP);
    List<ExampleSource> splits = IdxSplit.of(set, files, first, each);
    // The first may be cut; then there is one image, and two files that may not be cut.
    if (each < 20) assertEquals(each == 1 ? 100 + 3 : 50 + 3, splits.size());
    else assertEquals(each == 10_000 ? 1 : 2, Math.min(2, splits.size()));
    Findings found = new Findings(set.name(), Schema.UNKNOWN);
    for (ExampleSource split : splits)
      found.describe(split.name(), 0, sink -> split.read(HADOOP, sink));
    Description whole = source("one/i", "one/l").describe(HADOOP);
    assertEquals(whole.fingerprint(), found.survey(splits).description().fingerprint());
    List<Byte> read = new ArrayList<>();
    for (ExampleSource split : splits) {
      Description of = described(split);
      for (byte pixel : split.load(HADOOP, Schema.UNKNOWN, all(of)).bytes()) read.add(pixel);
    }
    byte[] inOrder = load(source("one/i", "one/l"), COUNT).bytes();
    for (int i = 0; i < inOrder.length; i++) assertEquals(inOrder[i], read.get(i));
  }

  /** Also of a single example, which is no classification of its own. */
  private static Description described(ExampleSource split) throws IOException {
    List<String> classes = List.of("0", "1", "2");
    Schema schema =
        new Schema(new io.kudari.model.Shape(1, 2, 3), 3, 0, classes, List.of(), List.of());
    return split.describe(HADOOP, schema);
  }

  @Test
  void theFirstExamplesMayEndWithinAnyFile() throws IOException {
    writeParts();
    for (int count : new int[] {7, 99, 100, 101, 102, 250, 251, COUNT}) {
      IdxSource one = source("one/i", "one/l", count);
      IdxSource set = source("set/*-images*", "set/*-labels*", count);
      assertEquals(one.describe(HADOOP), set.describe(HADOOP), count + " examples");
      assertSame(load(one, count), load(set, count));
    }
    assertRefused(
        folder,
        "%/set/*-images*: examples = 301, but it has 300",
        source("set/*-images*", "set/*-labels*", COUNT + 1));
  }

  /** What is behind the examples that are read is not looked at. */
  @Test
  void aFileBehindTheFirstExamplesMayBeAnything() throws IOException {
    part("set/p0", 0, 30);
    write(folder, "set/p1-images", "no IDX");
    write(folder, "set/p1-labels", "no IDX");
    IdxSource first = source("set/*-images", "set/*-labels", 30);
    assertEquals(30, first.describe(HADOOP).examples());
    assertRefused(
        folder,
        "%/set/p1-images: magic number 0x6e6f2049, IDX starts with two zero bytes",
        source("set/*-images", "set/*-labels"));
  }

  @Test
  void otherNumbersOfFilesAreRefusedInOneLine() {
    part("set/p0", 0, 30);
    part("set/p1", 30, 60);
    write(folder, "set/p2-images", images(60, 90, 2, 3));
    assertRefusedEvenInPart(
        folder,
        "%/set/*-images: names 3 files of images, but "
            + folder
            + "/set/*-labels 2 files of labels; each has one of its own",
        source("set/*-images", "set/*-labels"));
    assertRefusedEvenInPart(
        folder,
        "%/one/i: names 1 file of images, but "
            + folder
            + "/set/*-labels 2 files of labels; each has one of its own",
        source("one/i", "set/*-labels"));
  }

  @Test
  void filesThatDoNotBelongTogetherAreNamedWithTheirNumbers() {
    part("set/p0", 0, 30);
    write(folder, "set/p1-images", images(30, 60, 2, 3));
    write(folder, "set/p1-labels", labels(30, 59));
    assertRefused(
        folder,
        "%/set/p1-images: 30 images, but " + folder + "/set/p1-labels has 29",
        source("set/*-images", "set/*-labels"));
  }

  @Test
  void imagesOfAnotherShapeAreRefusedWhateverTheSplitsAre() throws IOException {
    part("set/p0", 0, 30);
    part("set/p1", 30, 60);
    write(folder, "set/p1-images", images(30, 60, 3, 2));
    String line =
        "%/set/p1-images: has images of shape 1x3x2, but "
            + folder
            + "/set/p0-images of 1x2x3; files of a set have the same";
    IdxSource set = source("set/*-images", "set/*-labels");
    assertRefused(folder, line, set);
    List<IdxPart> files = IdxFiles.pairs(HADOOP, set.images(), set.labels());
    List<ExampleSource> splits = IdxSplit.of(set, files, files.get(0).header(HADOOP), 1);
    assertEquals(60, splits.size());
    for (ExampleSource split : splits.subList(30, 60)) assertRefused(folder, line, split);
  }

  @Test
  void twoFilesOfNoBytesArePassedOverAndOneIsNot() throws IOException {
    part("set/p0", 0, 30);
    write(folder, "set/p1-images", "");
    write(folder, "set/p1-labels", "");
    assertEquals(30, source("set/*-images", "set/*-labels").describe(HADOOP).examples());
    write(folder, "set/p1-labels", labels(30, 60));
    assertRefused(folder, "%/set/p1-images: is empty", source("set/*-images", "set/*-labels"));
    write(folder, "set/p1-images", images(30, 60, 2, 3));
    write(folder, "set/p1-labels", "");
    assertRefused(folder, "%/set/p1-labels: is empty", source("set/*-images", "set/*-labels"));
    write(folder, "none/images", "");
    write(folder, "none/labels", "");
    assertRefused(folder, "%/none/images: is empty", source("none/i*", "none/l*"));
  }

  /** Labels would be those of other images, which nothing else tells. */
  @Test
  void anEndingThatChangesTheOrderOfSomeFilesIsRefused() throws IOException {
    write(folder, "i/a", images(0, 30, 2, 3));
    write(folder, "i/a-b", images(30, 60, 2, 3));
    write(folder, "l/a.gz", gzip(labels(0, 30)));
    write(folder, "l/a-b", labels(30, 60));
    assertRefusedEvenInPart(
        folder,
        "%/i: its files have another order than those of "
            + folder
            + "/l without the ending .gz of some: which belong together?",
        source("i", "l"));
    write(folder, "l2/a.gz", gzip(labels(0, 30)));
    write(folder, "l2/a-b.gz", gzip(labels(30, 60)));
    write(folder, "i2/a.gz", gzip(images(0, 30, 2, 3)));
    write(folder, "i2/a-b.gz", gzip(images(30, 60, 2, 3)));
    assertEquals(60, source("i2", "l2").describe(HADOOP).examples());
  }

  @Test
  void whatHoldsNoFilesIsRefusedAsOfOtherFormats() {
    part("set/p0", 0, 30);
    write(folder, "empty/_SUCCESS", "");
    write(folder, "nested/year=1/i", images(0, 30, 2, 3));
    for (boolean ofImages : new boolean[] {true, false})
      for (String line :
          List.of(
              "empty: holds no files",
              "none/*: no file matches the pattern",
              "none: no such file or folder",
              "nested/year=1: is a folder; partitioned sets are not read")) {
        String name = line.substring(0, line.indexOf(':')).replace("/year=1", "");
        IdxSource wrong = ofImages ? source(name, "set/p0-labels") : source("set/p0-images", name);
        assertRefusedEvenInPart(folder, "%/" + line, wrong);
      }
  }

  @Test
  void aFileOfThatNameWinsOverThePattern() throws IOException {
    write(folder, "i[1]", images(0, 30, 2, 3));
    write(folder, "i1", "not read");
    write(folder, "l", labels(0, 30));
    assertEquals(30, source("i[1]", "l").describe(HADOOP).examples());
  }

  /** Whatever the set has more or less, in any of its files. */
  @ParameterizedTest
  @ValueSource(strings = {"p0", "p1", "p2"})
  void aSetThatChangedSinceItWasDescribedIsRefused(String changed) throws IOException {
    part("set/p0", 0, 100);
    part("set/p1", 100, 200);
    IdxSource set = source("set/*-images", "set/*-labels");
    Survey survey = set.survey(HADOOP, Schema.UNKNOWN, 1);
    Division division = new Division(survey.keys(), Division.Rules.whole(2));
    Schema schema = survey.description().schema();
    Deal deal = new Deal(schema, Offsets.NONE, 1, division);
    assertEquals(200, new SourceReader(HADOOP).deal(set, deal, 0, 2).examples().count());
    part("set/" + changed, 200, 300);
    var e = assertThrows(DataException.class, () -> new SourceReader(HADOOP).deal(set, deal, 0, 2));
    assertEquals(
        set.labels() + ": has changed since it was described: it has other examples",
        e.getMessage());
  }
}
