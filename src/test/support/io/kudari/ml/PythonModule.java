package io.kudari.ml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/** What {@code kudari.py} says again of the Java classes: params, defaults, figures. */
final class PythonModule {

  private static final Pattern BLOCK =
      Pattern.compile("( *# from Java: (\\w+) of (\\w+)\n).*?( *# end\n)", Pattern.DOTALL);

  /** Columns of a line of a param's doc, quotes left out. */
  private static final int WIDTH = 84;

  private PythonModule() {}

  /** The module with what is of Java written anew, and all else as it is. */
  static String written(String module) {
    return BLOCK.matcher(module).replaceAll(r -> Matcher.quoteReplacement(written(r)));
  }

  private static String written(MatchResult found) {
    String block =
        switch (found.group(2)) {
          case "params" -> params(found.group(3));
          case "arguments" -> arguments(found.group(3));
          case "figures" -> figures();
          default -> throw new IllegalArgumentException(found.group());
        };
    return found.group(1) + block + found.group(4);
  }

  private static String each(List<Param<?>> params, Function<Param<?>, String> text) {
    return params.stream().map(text).collect(Collectors.joining());
  }

  /** Declarations, defaults, getters and setters of the params that an interface declares. */
  private static String params(String type) {
    Class<?> declaring =
        Stream.of(InferenceParams.class, TrainingParams.class, TargetParams.class)
            .filter(c -> c.getSimpleName().equals(type))
            .findFirst()
            .orElseThrow();
    Set<String> declared =
        Stream.of(declaring.getDeclaredMethods()).map(Method::getName).collect(Collectors.toSet());
    Params stage = new KudariRegressor();
    List<Param<?>> params =
        Stream.<Param<?>>of(stage.params()).filter(p -> declared.contains(p.name())).toList();
    List<Param<?>> defaults = params.stream().filter(p -> stage.hasDefault(p)).toList();
    return each(params, PythonModule::declaration)
        + "\n    def __init__(self):\n"
        + "        super().__init__()\n"
        + "        self._setDefault(\n"
        + each(defaults, p -> "            " + p.name() + "=" + initial(stage, p) + ",\n")
        + "        )\n"
        + each(params, PythonModule::accessors);
  }

  private static String declaration(Param<?> param) {
    return "    %s = Param(\n        Params._dummy(),\n".formatted(param.name())
        + "        \"%s\",\n".formatted(param.name())
        + wrapped(param.doc())
        + "        typeConverter=TypeConverters.%s,\n    )\n".formatted(converter(param));
  }

  /** A text in lines, each after a break. */
  private static String broken(String lineBreak, String text) {
    return lines(text).map(line -> lineBreak + line.strip()).collect(Collectors.joining());
  }

  private static Stream<String> lines(String text) {
    return Pattern.compile("(?s).{1," + WIDTH + "}(?= |$)")
        .matcher(text)
        .results()
        .map(MatchResult::group);
  }

  /** A text as literals of one line each, which Python puts together. */
  private static String wrapped(String text) {
    return lines(text)
        .map(line -> "        " + literal(line))
        .collect(Collectors.joining("\n", "", ",\n"));
  }

  private static String accessors(Param<?> param) {
    String name = param.name();
    String capital = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    return "\n    def get%s(self):\n".formatted(capital)
        + "        \"\"\"The value of %s, or its default.\"\"\"\n".formatted(name)
        + "        return self.getOrDefault(self.%s)\n".formatted(name)
        + "\n    def set%s(self, value):\n".formatted(capital)
        + "        \"\"\"Sets %s:%s\"\"\"\n"
            .formatted(name, broken("\n        ", param.doc() + "."))
        + "        return self._set(%s=value)\n".formatted(name);
  }

  /** The constructor and {@code setParams}, with all params of an estimator by name. */
  private static String arguments(String type) {
    Params stage = type.equals("KudariClassifier") ? new KudariClassifier() : new KudariRegressor();
    String arguments =
        "        self,\n        *,\n"
            + each(
                List.of(stage.params()),
                p -> "        " + p.name() + "=" + initial(stage, p) + ",\n")
            + "    ):\n";
    return "    @keyword_only\n    def __init__(\n"
        + arguments
        + "        \"\"\"Of params by name; see explainParams.\"\"\"\n"
        + "        super().__init__()\n"
        + "        self._java_obj = _Reader._load_java_obj(type(self))(self.uid)\n"
        + "        self._set(**self._input_kwargs)\n"
        + "\n    @keyword_only\n    def setParams(\n"
        + arguments
        + "        \"\"\"Sets params by name.\"\"\"\n"
        + "        return self._set(**self._input_kwargs)\n";
  }

  /** What a summary tells in one number, text or array. */
  private static List<String> figureNames() {
    return Stream.of(TrainingSummary.class.getDeclaredMethods())
        .filter(m -> Modifier.isPublic(m.getModifiers()))
        .filter(m -> m.getParameterCount() == 0 && !m.getReturnType().equals(List.class))
        .map(Method::getName)
        .sorted()
        .toList();
  }

  private static String figures() {
    return figureNames().stream().map(PythonModule::figure).collect(Collectors.joining("\n"));
  }

  private static String figure(String name) {
    return "    @property\n    def %s(self):\n".formatted(name)
        + "        \"\"\"%s\"\"\"\n".formatted(documentation(name))
        + "        return self._call_java(\"%s\")\n".formatted(name);
  }

  private static String documentation(String method) {
    Path source = Path.of("src/main/java/io/kudari/ml/TrainingSummary.java");
    try {
      Matcher found =
          Pattern.compile("/\\*\\* ([^/]*?) \\*/\\s+public [\\w\\[\\]]+ " + method + "\\(\\)")
              .matcher(Files.readString(source));
      if (!found.find()) throw new AssertionError(source + " does not document " + method);
      return found.group(1).replaceAll("\\{@code ([^}]*)}", "$1");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What of PySpark makes values of a param's type. */
  private static String converter(Param<?> param) {
    if (param instanceof BooleanParam) return "toBoolean";
    if (param instanceof IntParam || param instanceof LongParam) return "toInt";
    if (param instanceof DoubleParam) return "toFloat";
    if (param instanceof IntArrayParam) return "toListInt";
    if (param instanceof DoubleArrayParam) return "toListFloat";
    if (param instanceof StringArrayParam) return "toListString";
    if (!param.getClass().equals(Param.class))
      throw new IllegalArgumentException(param.name() + " is of " + param.getClass());
    return "toString";
  }

  private static String initial(Params stage, Param<?> param) {
    return stage.hasDefault(param) ? literal(stage.getDefault(param).get()) : "None";
  }

  private static String literal(Object value) {
    if (value instanceof String s) return '"' + s.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    if (value instanceof Boolean b) return b ? "True" : "False";
    if (value instanceof int[] units)
      return list(IntStream.of(units).mapToObj(PythonModule::literal));
    if (value instanceof String[] names)
      return list(Arrays.stream(names).map(PythonModule::literal));
    if (value instanceof Integer || value instanceof Long || value instanceof Double)
      return value.toString();
    throw new IllegalArgumentException("a default of " + value.getClass());
  }

  private static String list(Stream<String> literals) {
    return literals.collect(Collectors.joining(", ", "[", "]"));
  }
}
