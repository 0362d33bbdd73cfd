package io.kudari.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.kudari.setting.Range;
import io.kudari.setting.Setting;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each setting is declared once, and what is said and done about it comes from there. */
class SectionsTest {

  /** Where settings are declared by a name, or for a list of things. */
  private static final List<String> ELSEWHERE =
      List.of(
          "data.train", "data.test", "model.layers", "optimizer", "schedule", "train.algorithm");

  /** With every section that may be left out. */
  private static final List<String> ALL_SECTIONS =
      List.of(
          "train=null",
          "checkpoint=null",
          "data.normalize={ target = none }",
          "data.validation=null",
          "data.memory=1 GB",
          "seed=null",
          "train.early-stopping={}",
          "train.evaluate={at=3}",
          "train.steps=1000",
          "train.epochs=10",
          "train.target.value=0.1",
          "train.initial-model=m",
          "train.frozen=a",
          "train.tensorboard=b",
          "train.meters=layer-norms",
          "train.order=once",
          "train.shards=dealt",
          "data.test={format=digits}",
          "model.initializer={kind=normal}");

  private static Experiment read(List<String> overrides) {
    return Experiment.read(new File("conf/digits.conf"), overrides);
  }

  /** Writes them where the system property {@code tables.write} is set: scripts/tables. */
  @ParameterizedTest
  @ValueSource(strings = {"docs/configuration.md", "docs/optimizers.md"})
  void theTablesOfTheDocumentationAreTheDeclarations(Path file) throws IOException {
    String page = Files.readString(file);
    String written = SettingTables.written(page);
    if (System.getProperty("tables.write") != null) Files.writeString(file, written);
    else assertEquals(written, page, "scripts/tables writes the tables of " + file + " anew");
  }

  @Test
  void everySectionHasItsTable() throws IOException {
    Set<String> shown = new TreeSet<>();
    for (Path file : List.of(Path.of("docs/configuration.md"), Path.of("docs/optimizers.md")))
      shown.addAll(SettingTables.tables(Files.readString(file)));
    Set<String> sections = new TreeSet<>();
    for (Section s : Sections.ALL) sections.add(s.path().isEmpty() ? "top" : s.path());
    sections.addAll(SettingTables.OTHERS);
    assertEquals(sections, shown);
  }

  @Test
  void everySettingInForceIsDeclaredAndEveryDeclaredOneMayBeInForce() {
    Config config = ConfigFactory.parseString(read(ALL_SECTIONS).resolved());
    Set<String> inForce = new TreeSet<>();
    config.entrySet().forEach(e -> inForce.add(e.getKey()));
    inForce.removeIf(path -> ELSEWHERE.stream().anyMatch(e -> path.startsWith(e)));
    assertEquals(Set.of(), minus(inForce, declared().keySet()));
    Set<String> declared = new TreeSet<>(declared().keySet());
    declared.removeIf(path -> declared().get(path).range() instanceof Range.Part);
    declared.removeAll(Set.of("model.dl4j", "model.initializer"));
    assertEquals(Set.of(), minus(declared, inForce));
  }

  @Test
  void aDeclaredDefaultIsTheOneInForce() {
    Config config = ConfigFactory.parseString(read(ALL_SECTIONS).resolved());
    int seen = 0;
    for (Map.Entry<String, Setting<?>> e : declared().entrySet()) {
      if (e.getValue().written().isEmpty() || isGiven(e.getKey())) continue;
      Object initial = e.getValue().written().get();
      Object found = config.getValue(e.getKey()).unwrapped();
      if (initial instanceof Number n)
        assertEquals(n.doubleValue(), ((Number) found).doubleValue(), e.getKey());
      else assertEquals(initial, found, e.getKey());
      seen++;
    }
    assertTrue(seen > 25, "only " + seen);
  }

  private static boolean isGiven(String path) {
    return ALL_SECTIONS.stream().anyMatch(o -> o.startsWith(path) && !o.endsWith("=null"));
  }

  static Stream<String> wrongValues() {
    List<String> wrong = new ArrayList<>();
    declared()
        .forEach(
            (path, setting) -> {
              if (setting.range() instanceof Range.Whole w) wrong.add(path + "=" + (w.min() - 1L));
              if (setting.range() instanceof Range.Interval i)
                wrong.add(path + "=" + (i.low() - 1 - Math.abs(i.low())));
              if (setting.range().isNumber()) wrong.add(path + "=many");
              if (setting.range() instanceof Range.Flag
                  || setting.range() instanceof Range.Choice<?>) wrong.add(path + "=no-such");
            });
    return wrong.stream();
  }

  @ParameterizedTest
  @MethodSource("wrongValues")
  void aValueThatIsNotAllowedIsRefusedByItsPathAndRule(String override) {
    List<String> overrides = new ArrayList<>(ALL_SECTIONS);
    overrides.add(override);
    var e = assertThrows(ConfigurationException.class, () -> read(overrides));
    String path = override.substring(0, override.indexOf('='));
    assertTrue(e.getMessage().contains(": " + path + " must be "), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  static Stream<Arguments> layersAndSources() {
    Stream<Arguments> layers =
        LayerSettings.TYPES.stream()
            .map(t -> Arguments.of("type=" + t.name() + layerNeeds(t), t.settings(), true));
    Stream<Arguments> sources =
        SourceSettings.FORMATS.stream()
            .map(f -> Arguments.of("format=" + f.name(), f.settings(), false));
    return Stream.concat(layers, sources);
  }

  /** Without it there is no ghost batch. */
  private static String layerNeeds(LayerSettings.Type type) {
    return type.hasWeights() ? ",batch-norm=before" : "";
  }

  @ParameterizedTest
  @MethodSource("layersAndSources")
  void theKeysOfALayerOrSourceAreThoseDeclaredForIt(
      String named, List<Setting<?>> settings, boolean layer) {
    StringBuilder given = new StringBuilder(named);
    for (Setting<?> s : settings)
      if (s.written().isEmpty() && s.unset().isEmpty())
        given.append(',').append(s.key()).append(s.range().isNumber() ? "=3" : "=x");
    String resolved = read(List.of(overriding(given.toString(), layer))).resolved();
    Config all = ConfigFactory.parseString(resolved);
    Config found = layer ? all.getConfigList("model.layers").get(0) : all.getConfig("data.train");
    Set<String> keys = new TreeSet<>(found.root().keySet());
    keys.remove(layer ? "type" : "format");
    settings.forEach(s -> assertTrue(keys.remove(s.key()), s.key()));
    assertEquals(Set.of(), keys);
    for (Setting<?> s : settings) {
      if (!s.range().isNumber()) continue;
      String wrong = overriding(given + "," + s.key() + "=many", layer);
      var e = assertThrows(ConfigurationException.class, () -> read(List.of(wrong)));
      assertTrue(e.getMessage().contains(s.key() + " must be a number"), e.getMessage());
    }
  }

  private static String overriding(String section, boolean layer) {
    return layer
        ? "model.layers=[{" + section + "},{type=dense}]"
        : "data { train=null, train={" + section + "} }";
  }

  private static Map<String, Setting<?>> declared() {
    Map<String, Setting<?>> all = new LinkedHashMap<>();
    for (Section section : Sections.ALL)
      for (Setting<?> s : section.settings()) all.put(section.path(s.key()), s);
    return all;
  }

  private static Set<String> minus(Set<String> some, Set<String> others) {
    Set<String> rest = new TreeSet<>(some);
    rest.removeAll(others);
    return rest;
  }
}
