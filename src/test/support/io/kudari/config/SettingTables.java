package io.kudari.config;

import io.kudari.exchange.Exchanges;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.setting.OnResume;
import io.kudari.setting.Setting;
import io.kudari.train.algorithm.Algorithms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collector;
import java.util.stream.Collectors;

/** The tables of docs/configuration.md and docs/optimizers.md, as the settings are declared. */
final class SettingTables {

  private static final Pattern TABLE =
      Pattern.compile("(<!-- table: ([^>]*) -->\n).*?(<!-- end -->\n)", Pattern.DOTALL);

  private static final String COLUMNS = "| key | values | default | meaning |\n|---|---|---|---|\n";

  /** Tables that are not of one section. */
  static final List<String> OTHERS =
      List.of(
          "formats",
          "keys of formats",
          "layers",
          "keys of layers",
          "train.algorithm",
          "train.exchange",
          "keys of exchanges",
          "resuming",
          "recipes",
          "extras",
          "schedules");

  private SettingTables() {}

  /** The names of the tables of a page. */
  static List<String> tables(String page) {
    return TABLE.matcher(page).results().map(r -> r.group(2)).toList();
  }

  /** The page with its tables written anew, and all else as it is. */
  static String written(String page) {
    return TABLE.matcher(page).replaceAll(r -> Matcher.quoteReplacement(written(r)));
  }

  private static String written(MatchResult found) {
    return found.group(1) + table(found.group(2)) + found.group(3);
  }

  private static String table(String name) {
    return switch (name) {
      case "formats" -> formats();
      case "keys of formats" ->
          keys(
              SourceSettings.FORMATS.stream()
                  .collect(inOrder(SourceSettings.Format::name, SourceSettings.Format::settings)));
      case "layers" -> layers();
      case "keys of layers" ->
          keys(
              LayerSettings.TYPES.stream()
                  .collect(inOrder(LayerSettings.Type::name, LayerSettings.Type::settings)));
      case "train.algorithm" -> algorithms();
      case "train.exchange" -> exchanges();
      case "keys of exchanges" ->
          keys(
              Exchanges.ALL.stream()
                  .filter(kind -> !kind.settings().isEmpty())
                  .collect(inOrder(Exchanges.Kind::name, Exchanges.Kind::settings)));
      case "resuming" -> resuming();
      case "recipes" -> recipes();
      case "extras" -> extras();
      case "schedules" -> schedules();
      default -> COLUMNS + rows(section(name.equals("top") ? "" : name).settings());
    };
  }

  private static Section section(String path) {
    return Sections.ALL.stream().filter(s -> s.path().equals(path)).findFirst().orElseThrow();
  }

  private static String rows(List<Setting<?>> settings) {
    return settings.stream()
        .map(s -> row(code(s.key()), values(s), initial(s), s.doc()))
        .collect(Collectors.joining());
  }

  private static String formats() {
    return "| `format` | keys | holds |\n|---|---|---|\n"
        + SourceSettings.FORMATS.stream()
            .map(f -> row(code(f.name()), list(f.settings()), f.doc()))
            .collect(Collectors.joining());
  }

  private static String layers() {
    return "| layer `type` | keys |\n|---|---|\n"
        + LayerSettings.TYPES.stream()
            .map(t -> row(code(t.name()), list(t.settings())))
            .collect(Collectors.joining());
  }

  /** Every key once, with those that have it. */
  private static String keys(Map<String, List<Setting<?>>> byOwner) {
    Map<Setting<?>, List<String>> owners = new LinkedHashMap<>();
    byOwner.forEach(
        (owner, settings) ->
            settings.forEach(s -> owners.computeIfAbsent(s, k -> new ArrayList<>()).add(owner)));
    StringBuilder rows = new StringBuilder("| key | of | values | default | meaning |\n");
    rows.append("|---|---|---|---|---|\n");
    owners.forEach(
        (s, of) -> {
          String all = of.size() == byOwner.size() ? "all" : String.join(", ", of);
          rows.append(row(code(s.key()), all, values(s), initial(s), s.doc()));
        });
    return rows.toString();
  }

  private static String algorithms() {
    String names =
        Algorithms.ALL.stream().map(k -> code(k.name())).collect(Collectors.joining(", "));
    StringBuilder rows = new StringBuilder(COLUMNS);
    rows.append(
        row(
            code("name"),
            names,
            "gradient-sharing; full-batch with the recipes `cg`, `l-bfgs` and `coordinate`",
            "what a step is"));
    for (Algorithms.Kind kind : Algorithms.ALL)
      for (Setting<?> s : kind.settings())
        rows.append(
            row(code(s.key()), values(s), initial(s), "of " + code(kind.name()) + ": " + s.doc()));
    return rows.toString();
  }

  private static String recipes() {
    return "| name | update and differences between implementations | settings and defaults |"
        + " source |\n"
        + "|---|---|---|---|\n"
        + OptimizerSpec.names().stream()
            .map(
                name ->
                    row(
                        code(name),
                        escaped(OptimizerSpec.doc(name)),
                        assigned(OptimizerSpec.settingsOf(name), OptimizerSpec.extras()),
                        OptimizerSpec.source(name)))
            .collect(Collectors.joining());
  }

  private static String extras() {
    return "| setting and default | range | meaning |\n|---|---|---|\n"
        + OptimizerSpec.extras().stream()
            .map(s -> row(assigned(s), escaped(s.range().text()), escaped(s.doc())))
            .collect(Collectors.joining());
  }

  private static String schedules() {
    return "| kind | value at step t | settings and defaults |\n|---|---|---|\n"
        + ScheduleSpec.kinds().stream()
            .map(
                kind ->
                    row(
                        code(kind),
                        ScheduleSpec.formula(kind),
                        assigned(
                            ScheduleSpec.settingsOf(kind), ScheduleSpec.settingsOf("constant"))))
            .collect(Collectors.joining());
  }

  /** Those that not all have. */
  private static String assigned(List<Setting<?>> settings, List<Setting<?>> common) {
    return settings.stream()
        .filter(s -> !common.contains(s))
        .map(SettingTables::assigned)
        .collect(Collectors.joining(", "));
  }

  private static String assigned(Setting<?> s) {
    return code(s.key() + s.written().map(value -> " = " + plain(value)).orElse(""));
  }

  /** A bar would end the cell. */
  private static String escaped(String text) {
    return text.replace("|", "\\|");
  }

  private static String exchanges() {
    return "| `name` | what is exchanged |\n|---|---|\n"
        + Exchanges.ALL.stream()
            .map(e -> row(code(e.name()), e.doc()))
            .collect(Collectors.joining());
  }

  private static String resuming() {
    return "| may change | to |\n|---|---|\n"
        + row(changing(r -> r == OnResume.FREE), "any value")
        + row(changing(r -> r == OnResume.GROWS), "a larger number")
        + row(
            changing(r -> r == OnResume.BY_CONTENT),
            "other paths and formats, when the content is the same");
  }

  private static String changing(Predicate<OnResume> rule) {
    return Sections.ALL.stream()
        .flatMap(
            section ->
                section.settings().stream()
                    .filter(s -> rule.test(s.onResume()))
                    .map(s -> code(section.path(s.key()))))
        .collect(Collectors.joining(", "));
  }

  private static String list(List<Setting<?>> settings) {
    return settings.stream()
        .map(s -> code(s.key()) + (initial(s).equals("–") ? "" : " (" + initial(s) + ")"))
        .collect(Collectors.joining(", "));
  }

  private static String values(Setting<?> s) {
    String text = s.range().text();
    if (!text.contains(" | ")) return text.replaceFirst("^whole \\[", "whole number within [");
    return Arrays.stream(text.split(" \\| "))
        .map(SettingTables::code)
        .collect(Collectors.joining(", "));
  }

  private static String initial(Setting<?> s) {
    if (!s.unset().isEmpty()) return s.unset();
    return s.written().map(SettingTables::plain).orElse("–");
  }

  private static String plain(Object value) {
    if (value instanceof List<?> list && list.isEmpty()) return "none";
    if (value instanceof Double d && d == Math.rint(d)) return Long.toString((long) (double) d);
    String text = String.valueOf(value).replace("E-", "e-").replace(".0e", "e");
    return text.matches("\\W+") ? code(text) : text;
  }

  private static String code(String text) {
    return "`" + text + "`";
  }

  private static String row(String... cells) {
    return Arrays.stream(cells).collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static <T> Collector<T, ?, Map<String, List<Setting<?>>>> inOrder(
      Function<T, String> name, Function<T, List<Setting<?>>> settings) {
    return Collectors.toMap(name, settings, (a, b) -> a, LinkedHashMap::new);
  }
}
