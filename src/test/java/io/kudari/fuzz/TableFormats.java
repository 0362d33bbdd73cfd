package io.kudari.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kudari.data.ColumnKind;
import io.kudari.data.TableRules;
import io.kudari.data.Task;
import io.kudari.data.format.ColumnChoice;
import io.kudari.data.format.CsvSource;
import io.kudari.data.format.LibSvmSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Delimited text and LibSVM text, also gzipped. */
final class TableFormats {

  private static final String CSV =
      "x,\"y, too\",z,kind\n"
          + "1,-2.5,3e-2,cat\n"
          + "0.1,7,\"12\",dog\n"
          + "-3,4.25,0.001,cat\n"
          + "16777217,1e10,2,\"a \"\"b\"\"\"\n"
          + "5,6,7,dog\n"
          + " 8 ,9,-1e-3,cat\n";

  private static final String REGRESSION =
      "10;20;30\r\n1.5;2.5;0\r\n-1;1e3;4\r\n7;8;9\r\n\r\n3;4;5\r\n";

  private static final String TEXTS =
      "kind,wild,code,y\ncat,no,7,1\n\"a, dog\",yes,A7,2\ncat,TRUE,7,3\ncat,no,12,4\n";

  private static final String SVM =
      "1 1:0.5 3:2\n-1 2:1e-3 4:7\n1 1:-4 2:3 # a comment\n\n-1 3:0.25\n1 4:1\n";

  private TableFormats() {}

  static List<Format> all() throws IOException {
    byte[] csv = CSV.getBytes(UTF_8);
    byte[] svm = SVM.getBytes(UTF_8);
    return List.of(
        format("csv classification", "t.csv", csv, TableFormats::classification),
        format("csv regression", "t.csv", REGRESSION.getBytes(UTF_8), TableFormats::regression),
        format("csv of texts", "t.csv", TEXTS.getBytes(UTF_8), (path, content) -> texts(path)),
        format("csv gzipped", "t.csv.gz", gzip(csv), TableFormats::classification),
        format("libsvm", "t.svm", svm, TableFormats::svm),
        format("libsvm gzipped", "t.svm.gz", gzip(svm), TableFormats::svm));
  }

  /** Reads one file with its plain content. */
  private interface Check {
    void check(String path, byte[] content) throws Exception;
  }

  private static Format format(String name, String file, byte[] valid, Check check) {
    return new Format(
        name,
        Map.of(file, valid),
        (folder, files) -> check.check(folder.resolve(file).toString(), plain(file, files)));
  }

  /** The content, which is nothing where it cannot be gunzipped. */
  static byte[] plain(String file, Map<String, byte[]> files) {
    byte[] bytes = files.get(file);
    return file.endsWith(".gz") ? gunzip(bytes) : bytes;
  }

  static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] gunzip(byte[] bytes) {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    } catch (IOException e) {
      return new byte[0];
    }
  }

  private static void classification(String path, byte[] content) throws Exception {
    var source = numbers(path, true, ',', Task.CLASSIFICATION, "kind");
    List<List<String>> rows = rows(new String(content, UTF_8), ',');
    int label = rows.isEmpty() ? -1 : rows.get(0).indexOf("kind");
    table(rows.subList(Math.min(1, rows.size()), rows.size()), label).check(source);
  }

  private static void regression(String path, byte[] content) throws Exception {
    var source = numbers(path, false, ';', Task.REGRESSION, "-1");
    List<List<String>> rows = rows(new String(content, UTF_8), ';');
    table(rows, rows.isEmpty() ? -1 : rows.get(0).size() - 1).check(source);
  }

  /** Whatever the columns look like. */
  private static CsvSource numbers(
      String path, boolean header, char delimiter, Task task, String label) {
    var all = new ColumnChoice(List.of(), List.of(), Map.of("*", ColumnKind.NUMBER));
    return new CsvSource(
        path, header, delimiter, task, List.of(label), List.of(), "", all, TableRules.USUAL);
  }

  private static void texts(String path) throws Exception {
    var label = List.of("y");
    Truth.read(new CsvSource(path, true, ',', Task.REGRESSION, label, List.of()));
  }

  private static Truth table(List<List<String>> rows, int label) {
    Truth truth = Truth.empty();
    for (List<String> row : rows) {
      float[] features = new float[Math.max(0, row.size() - 1)];
      int at = 0;
      for (int i = 0; i < row.size(); i++)
        if (i != label && at < features.length) features[at++] = number(row.get(i));
      truth.add(features, label >= 0 && label < row.size() ? row.get(label) : null);
    }
    return truth;
  }

  private static float number(String text) {
    try {
      return Float.parseFloat(text);
    } catch (NumberFormatException e) {
      return Float.NaN;
    }
  }

  private static void svm(String path, byte[] content) throws Exception {
    Truth truth = Truth.empty();
    List<float[]> wide = new ArrayList<>();
    int width = 0;
    for (String line : new String(content, UTF_8).split("\r\n|\n|\r", -1)) {
      String text = line.replaceFirst("#.*", "").strip();
      if (text.isEmpty()) continue;
      String[] tokens = text.split("[ \t]+");
      float[] row = new float[1 << 12];
      for (int i = 1; i < tokens.length; i++) {
        String[] pair = tokens[i].split(":", 2);
        int index = pair.length == 2 ? (int) number(pair[0]) : 0;
        if (index < 1 || index > row.length) continue;
        row[index - 1] = number(pair[1]);
        width = Math.max(width, index);
      }
      wide.add(row);
      truth.labels().add(tokens[0]);
    }
    for (float[] row : wide) truth.features().add(Arrays.copyOf(row, width));
    truth.check(new LibSvmSource(path, Task.CLASSIFICATION, 0, List.of()));
  }

  /** RFC 4180, with white space around values and empty lines left out. */
  private static List<List<String>> rows(String written, char delimiter) {
    String text = written.replace("\r\n", "\n").replace('\r', '\n');
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder value = new StringBuilder();
    boolean quoted = false;
    boolean wasQuoted = false;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : '\n';
      if (quoted && c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
        value.append(c);
        i++;
      } else if (c == '"' && (quoted || value.toString().isBlank())) {
        if (!quoted) value.setLength(0);
        quoted = !quoted;
        wasQuoted = true;
      } else if (quoted) {
        value.append(c);
      } else if (c == delimiter || c == '\n') {
        row.add(wasQuoted ? value.toString() : value.toString().trim());
        value.setLength(0);
        wasQuoted = false;
        if (c == delimiter) continue;
        if (row.size() > 1 || !row.get(0).isEmpty()) rows.add(row);
        row = new ArrayList<>();
      } else if (!wasQuoted || c > ' ') {
        value.append(c);
      }
    }
    return rows;
  }
}
