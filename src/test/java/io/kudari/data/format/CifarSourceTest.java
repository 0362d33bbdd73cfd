package io.kudari.data.format;

import static io.kudari.data.TestFiles.HADOOP;
import static io.kudari.data.TestFiles.assertRefused;
import static io.kudari.data.TestFiles.assertRefusedEvenInPart;
import static io.kudari.data.TestFiles.gzip;
import static io.kudari.data.TestFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.data.Description;
import io.kudari.data.ExampleSource;
import io.kudari.data.Examples;
import io.kudari.data.Schema;
import io.kudari.data.file.InputPath;
import io.kudari.model.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CifarSourceTest {

  private static final int RECORD = 3073;

  @TempDir Path folder;

  /** Records whose pixels all have the value of their label plus 100. */
  private static byte[] records(int... labels) {
    byte[] file = new byte[labels.length * RECORD];
    for (int i = 0; i < labels.length; i++) {
      Arrays.fill(file, i * RECORD, (i + 1) * RECORD, (byte) (labels[i] + 100));
      file[i * RECORD] = (byte) labels[i];
    }
    return file;
  }

  private CifarSource source(byte[]... files) {
    String[] names = new String[files.length];
    for (int i = 0; i < files.length; i++) names[i] = write(folder, i + ".bin", files[i]);
    return new CifarSource(List.of(names));
  }

  @Test
  void examplesAreNumberedThroughAllFiles() throws IOException {
    CifarSource source = source(records(3, 1), records(4), records(1, 5, 9));
    Description description = source.describe(HADOOP);
    assertEquals(6, description.examples());
    assertEquals(new Shape(3, 32, 32), description.shape());
    assertEquals(10, description.classes());
    assertEquals("truck", description.classNames().get(9));
    Examples some = source.load(HADOOP, Schema.UNKNOWN, new int[] {1, 2, 4});
    assertArrayEquals(new int[] {1, 4, 5}, some.labels());
    assertEquals(0, source.load(HADOOP, Schema.UNKNOWN, new int[0]).count());
    assertEquals(101, some.bytes()[0]);
    assertEquals(104, some.bytes()[3072]);
    assertEquals(105, some.bytes()[3 * 3072 - 1]);
  }

  @Test
  void howRecordsAreSpreadAndPackedDoesNotChangeTheFingerprint() throws IOException {
    CifarSource zipped =
        new CifarSource(List.of(write(folder, "all.bin.gz", gzip(records(3, 1, 4)))));
    assertEquals(source(records(3, 1), records(4)).describe(HADOOP), zipped.describe(HADOOP));
  }

  @Test
  void foldersAndPatternsStandForTheirFilesInTheOrderOfTheirNames() throws IOException {
    byte[][] all = {records(3, 1), records(4), records(1, 5, 9), records(0)};
    CifarSource one = source(all);
    write(folder, "set/b.bin.gz", gzip(all[1]));
    write(folder, "set/a.bin", all[0]);
    write(folder, "set/c.bin", new byte[0]);
    write(folder, "set/d.bin", all[2]);
    write(folder, "set/_SUCCESS", "");
    write(folder, "set/.hidden.bin", "no CIFAR");
    write(folder, "last.bin", all[3]);
    int[] wanted = IntStream.range(0, 7).toArray();
    Examples expected = one.load(HADOOP, Schema.UNKNOWN, wanted);
    for (String first : List.of("set", "set/", "set/*.bin*", "s?t")) {
      CifarSource set = named(first, "last.bin");
      assertEquals(one.describe(HADOOP), set.describe(HADOOP), first);
      Examples found = set.load(HADOOP, Schema.UNKNOWN, wanted);
      assertArrayEquals(expected.labels(), found.labels(), first);
      assertArrayEquals(expected.bytes(), found.bytes(), first);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, RECORD, 2 * RECORD + 1, 7 * RECORD, 1 << 20})
  void splitsTogetherHoldTheExamplesOfTheFilesInTheirOrder(long bytes) throws IOException {
    byte[][] all = {records(3, 1, 0, 2, 9), records(4), records(1, 5, 9, 7, 8, 6)};
    source(all);
    write(folder, "3.bin.gz", gzip(records(2, 2, 2)));
    CifarSource set = named("0.bin", "1.bin", "2.bin", "3.bin.gz");
    List<CifarRange> files = new ArrayList<>();
    for (String name : set.files()) files.add(CifarRange.of(InputPath.file(HADOOP, name)));
    List<ExampleSource> splits = CifarSplit.of(set, files, RECORD, bytes);
    if (bytes <= RECORD) assertEquals(5 + 1 + 6 + 1, splits.size());
    List<Integer> labels = new ArrayList<>();
    for (ExampleSource split : splits) {
      int count = split.describe(HADOOP).examples();
      int[] rows = IntStream.range(0, count).toArray();
      for (int label : split.load(HADOOP, Schema.UNKNOWN, rows).labels()) labels.add(label);
    }
    assertEquals(List.of(3, 1, 0, 2, 9, 4, 1, 5, 9, 7, 8, 6, 2, 2, 2), labels);
  }

  @Test
  void aLargeFileIsCutAndItsErrorsNameTheRecordOfTheFile() throws IOException {
    int[] many = IntStream.range(0, 3000).map(i -> i % 10).toArray();
    CifarSource large = source(records(many));
    assertEquals(3, large.splits(HADOOP).size());
    int examples = 0;
    for (ExampleSource split : large.splits(HADOOP)) examples += split.describe(HADOOP).examples();
    assertEquals(many.length, examples);
    many[2999] = 10;
    CifarSource broken = source(records(many));
    ExampleSource last = broken.splits(HADOOP).get(2);
    assertRefused(folder, "%/0.bin: record 2999 is of class 10, not of 0..9", last);
  }

  private CifarSource named(String... files) {
    return new CifarSource(
        Arrays.stream(files).map(name -> folder.resolve(name).toString()).toList());
  }

  @Test
  void whatHoldsNoFilesIsRefusedAsOfOtherFormats() {
    write(folder, "empty/_SUCCESS", "");
    write(folder, "nothing/a.bin", new byte[0]);
    assertRefused(folder, "%/empty: holds no files", named("empty"));
    assertRefused(folder, "%/none*.bin: no file matches the pattern", named("none*.bin"));
    assertRefused(folder, "%/none.bin: no such file or folder", named("none.bin"));
    assertRefused(folder, "%/nothing/a.bin: is empty", named("nothing"));
  }

  @Test
  void aLengthThatIsNoMultipleOfARecordIsRefused() {
    byte[] cut = Arrays.copyOf(records(1, 2), 2 * RECORD - 1);
    assertRefusedEvenInPart(
        folder,
        "%/0.bin: 6145 bytes are not a multiple of the 3073 of CIFAR records",
        source(cut, records(3)));
    assertRefused(
        folder,
        "%/cut.gz: ends within record 1",
        new CifarSource(List.of(write(folder, "cut.gz", gzip(cut)))));
  }

  @Test
  void aClassBeyondNineAndAnEmptyFileAreRefused() {
    assertRefused(
        folder, "%/1.bin: record 0 is of class 10, not of 0..9", source(records(1), records(10)));
    assertRefused(folder, "%/0.bin: is empty", source(new byte[0]));
    assertThrows(IllegalArgumentException.class, () -> new CifarSource(List.of()));
  }
}
