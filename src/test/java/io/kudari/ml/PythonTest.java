package io.kudari.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import py4j.reflection.MethodInvoker;
import py4j.reflection.ReflectionEngine;
import scala.collection.JavaConverters;

/**
 * {@code kudari.py} has what the Java stages have, and calls what there is. Python runs it with
 * stand-ins for PySpark: nothing here shows that it works with PySpark itself.
 */
class PythonTest {

  private static final Path SOURCE = Path.of("src/main/resources/kudari.py");
  private static final Path DOCUMENT = Path.of("docs/spark-ml.md");
  private static final Path STAND_INS = Path.of("src/test/resources/python");

  /** Legal values, other than the defaults, of params whose texts are not free. */
  private static final Map<String, String> CHOICES =
      Map.ofEntries(
          Map.entry("handleInvalid", "\"skip\""),
          Map.entry("activation", "\"tanh\""),
          Map.entry("initializer", "\"lecun-normal\""),
          Map.entry("optimizer", "\"sgd\""),
          Map.entry("normalization", "\"min-max\""),
          Map.entry("earlyStoppingMetric", "\"accuracy\""),
          Map.entry("strategy", "\"serial\""));

  /** Legal values of all others, by what their converter to Python is. */
  private static final Map<String, String> VALUES =
      Map.of(
          "toString", "\"a text\"",
          "toInt", "7",
          "toFloat", "0.25",
          "toBoolean", "true",
          "toListInt", "[3,4]",
          "toListFloat", "[0.5,0.25]",
          "toListString", "[\"a\",\"b\"]");

  @TempDir private static Path dir;
  private static List<String[]> said;

  /** The stages; params need no network. */
  private static List<Params> stages() {
    return List.of(
        new KudariClassifier(),
        new KudariRegressor(),
        new KudariClassificationModel("model", null),
        new KudariRegressionModel("model", null));
  }

  @BeforeAll
  static void runPython() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "there is no python3");
    Path jar = dir.resolve("kudari.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("kudari.py"));
      Files.copy(SOURCE, zip);
    }
    Path classes = Files.write(dir.resolve("classes"), classes());
    Path values = Files.write(dir.resolve("values"), values());
    Path program = Files.writeString(dir.resolve("program.py"), program());
    Path out = dir.resolve("said");
    Process python =
        new ProcessBuilder(
                "/usr/bin/python3",
                "-B",
                STAND_INS.resolve("check.py").toString(),
                jar.toString(),
                classes.toString(),
                values.toString(),
                program.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      assertTrue(python.waitFor(60, TimeUnit.SECONDS), "it does not end");
    } finally {
      python.destroyForcibly();
    }
    String text = Files.readString(out);
    assertEquals(0, python.exitValue(), text);
    assertTrue(text.endsWith("done\n"), text);
    said = text.lines().map(line -> line.split("\t", -1)).toList();
  }

  /** What the document shows. */
  private static String program() throws IOException {
    Matcher block =
        Pattern.compile("```python\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(DOCUMENT));
    assertTrue(block.find(), DOCUMENT + " shows no Python");
    return block.group(1);
  }

  /** Name, methods and params of each public Java class that Python may ask for. */
  private static List<String> classes() {
    List<String> lines = new ArrayList<>();
    for (Params stage : stages())
      lines.add(line(stage.getClass(), names(stage).collect(Collectors.joining(","))));
    lines.add(line(TrainingSummary.class, ""));
    return lines;
  }

  private static String line(Class<?> type, String params) {
    String methods =
        Stream.of(type.getMethods())
            .map(Method::getName)
            .distinct()
            .collect(Collectors.joining(","));
    return type.getName() + "\t" + methods + "\t" + params;
  }

  private static List<String> values() {
    List<String> lines = new ArrayList<>();
    for (Params stage : stages())
      for (Param<?> param : stage.params())
        lines.add(stage.getClass().getSimpleName() + "\t" + param.name() + "\t" + value(param));
    return lines;
  }

  private static String value(Param<?> param) {
    String free = VALUES.get(PythonModule.converter(param));
    return CHOICES.getOrDefault(param.name(), free);
  }

  private static Stream<String> names(Params stage) {
    return Stream.of(stage.params()).map(Param::name);
  }

  /** What Python said of a stage, by the name of the param. */
  private static Map<String, String> said(String kind, String type) {
    return said.stream()
        .filter(fact -> fact[0].equals(kind) && fact[1].equals(type))
        .collect(Collectors.toMap(fact -> fact[2], fact -> fact[3], (a, b) -> b, TreeMap::new));
  }

  private static Map<String, String> said(String kind, Params stage) {
    return said(kind, stage.getClass().getSimpleName());
  }

  @Test
  void everyStageHasTheParamsOfJava() {
    for (Params stage : stages())
      assertEquals(names(stage).toList(), List.copyOf(said("param", stage).keySet()));
  }

  @Test
  void paramsOfOursAreDocumentedAsInJava() {
    for (Params stage : stages()) {
      Map<String, String> docs = said("param", stage);
      docs.values().removeIf(doc -> doc.endsWith(" of PySpark"));
      assertTrue(docs.size() >= 3, docs.toString());
      docs.forEach((name, doc) -> assertEquals(stage.getParam(name).doc(), doc));
    }
  }

  @Test
  void defaultsAreThoseOfJava() {
    for (Params stage : stages()) {
      Map<String, String> expected = new TreeMap<>();
      for (Param<?> param : stage.params())
        if (stage.hasDefault(param)) expected.put(param.name(), json(stage, param));
      assertEquals(expected, said("default", stage));
    }
  }

  @SuppressWarnings({"rawtypes", "unchecked"})
  private static String json(Params stage, Param param) {
    return param.jsonEncode(stage.getOrDefault(param));
  }

  @Test
  void whatPythonSetsIsWhatJavaTakes() {
    for (Params stage : stages()) {
      Map<String, String> set = said("set", stage);
      assertTrue(set.keySet().containsAll(List.of("featuresCols", "inferBatchSize")));
      if (stage instanceof TrainingParams<?>)
        assertEquals(names(stage).toList(), List.copyOf(set.keySet()));
      set.forEach((name, value) -> assertTaken(stage, stage.getParam(name), value));
    }
  }

  /** Takes it as Py4J calls Java; a value that is refused or of a wrong type is an exception. */
  @SuppressWarnings({"rawtypes", "unchecked"})
  private static void assertTaken(Params stage, Param param, String value) {
    assertEquals(value(param), value, param.name());
    Object pair = call(param, "w", overGateway(param.jsonDecode(value)));
    assertEquals(stage, call(stage, "set", pair));
    assertEquals(value, json(stage, param), param.name());
    Object pairs = JavaConverters.asScalaBuffer(List.of(pair)).toSeq();
    assertEquals(stage, call(stage, "setDefault", pairs));
  }

  /** What Py4J makes of what Python makes of a value: short whole numbers are ints, arrays lists. */
  private static Object overGateway(Object value) {
    if (value instanceof Long number) return Math.toIntExact(number);
    if (value instanceof int[] units) return IntStream.of(units).boxed().toList();
    if (value instanceof double[] shares) return DoubleStream.of(shares).boxed().toList();
    if (value instanceof String[] names) return List.of(names);
    return value;
  }

  private static Object call(Object target, String method, Object argument) {
    ReflectionEngine engine = new ReflectionEngine();
    Object[] arguments = {argument};
    return engine.invoke(target, engine.getMethod(target, method, arguments), arguments);
  }

  @Test
  void gatewaysFindTheConstructorsAndWhatBelongsToClasses() {
    ReflectionEngine engine = new ReflectionEngine();
    for (Params stage : stages()) {
      String type = stage.getClass().getName();
      assertNotNull(engine.getMethod(type, "read", new Object[0]));
      Object[] text = {"text"};
      if (stage instanceof TrainingParams<?>) {
        MethodInvoker constructor = engine.getConstructor(type, text);
        assertEquals("text", ((Params) engine.invoke(null, constructor, text)).uid());
      } else assertNotNull(engine.getMethod(type, "fromFolder", text));
    }
  }

  @Test
  void theProgramOfTheDocumentNamesWhatThereIs() {
    assertEquals(List.of("KudariClassifier"), List.copyOf(said("call", "program").keySet()));
  }

  @Test
  void theSummaryTellsAllFigures() {
    Map<String, String> figures = said("figure", "TrainingSummary");
    assertTrue(figures.keySet().containsAll(List.of("bestEpoch", "objectiveHistory", "status")));
    assertEquals(figures.keySet().size(), PythonModule.figureNames().size());
    figures.forEach((name, doc) -> assertTrue(doc.endsWith("."), name));
  }
}
