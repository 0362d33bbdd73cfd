package io.kudari.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.Description;
import io.kudari.data.ExampleSource;
import io.kudari.data.Examples;
import io.kudari.data.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * The rows of a data set as a second, plain reader finds them; what the project reads must be the
 * same.
 *
 * @param features of each row
 * @param labels text of each row's class, or of its target
 */
record Truth(List<float[]> features, List<String> labels) {

  static final Configuration HADOOP = new Configuration();

  static Truth empty() {
    return new Truth(new ArrayList<>(), new ArrayList<>());
  }

  void add(float[] row, String label) {
    features.add(row);
    labels.add(label);
  }

  /** All that a source holds, looked at for what every set must be. */
  static Examples read(ExampleSource source) throws Exception {
    Description described = source.describe(HADOOP);
    int[] all = IntStream.range(0, described.examples()).toArray();
    Examples read = source.load(HADOOP, described.schema(), all);
    assertEquals(described.examples(), read.count());
    assertEquals(described.shape(), read.shape());
    assertEquals(described.bytes(), read.bytes() != null);
    if (read.floats() != null)
      for (float value : read.floats()) assertTrue(Float.isFinite(value), "a feature " + value);
    if (read.targets() != null)
      for (float value : read.targets()) assertTrue(Float.isFinite(value), "a target " + value);
    else
      for (int label : read.labels())
        assertTrue(label >= 0 && label < described.classes(), "a label " + label);
    return read;
  }

  /** Reads a source and compares. */
  void check(ExampleSource source) throws Exception {
    Schema schema = source.describe(HADOOP).schema();
    Examples read = read(source);
    assertEquals(features.size(), read.count(), "rows");
    int size = read.shape().size();
    for (int i = 0; i < read.count(); i++) {
      assertEquals(features.get(i).length, size, "features of row " + i);
      for (int j = 0; j < size; j++) {
        float found =
            read.bytes() != null ? read.bytes()[i * size + j] & 0xff : read.floats()[i * size + j];
        assertEquals(features.get(i)[j], found, "row " + i + ", feature " + j);
      }
      checkLabel(i, read, schema);
    }
  }

  private void checkLabel(int i, Examples read, Schema schema) {
    String label = labels.get(i);
    assertNotNull(label, "row " + i + " has a label");
    if (read.targets() != null) {
      assertEquals(Float.parseFloat(label), read.targets()[i], "row " + i);
      return;
    }
    int found = read.labels()[i];
    String name =
        schema.classNames().isEmpty() ? String.valueOf(found) : schema.classNames().get(found);
    if (!name.equals(label)) {
      // Texts that are equal numbers are one class.
      assertTrue(Double.parseDouble(label) == Double.parseDouble(name), "row " + i + ": " + name);
    }
  }
}
