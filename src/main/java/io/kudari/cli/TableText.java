package io.kudari.cli;

import io.kudari.data.ColumnKind;
import io.kudari.data.FoundTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a look at a table found, as {@code kudari data inspect} prints it: a line a column, and the
 * settings that train on it.
 *
 * @param table read by lenient rules
 * @param maxCategories that a column may have
 */
record TableText(FoundTable table, int maxCategories) {

  private static final int SHOWN = 5;
  private static final int WIDEST = 30;

  /** A line a column. */
  List<String> columns() {
    int longest = table.columns().stream().mapToInt(c -> c.name().length()).max().orElse(0);
    int width = Math.max(8, Math.min(WIDEST, longest));
    String format = "    %-" + width + "s  %-8s  %s";
    return table.columns().stream()
        .map(c -> String.format(Locale.ROOT, format, clean(c.name()), kind(c), what(c)))
        .map(String::stripTrailing)
        .toList();
  }

  private static String kind(FoundTable.Column column) {
    return column.kind().name().toLowerCase(Locale.ROOT);
  }

  private static String what(FoundTable.Column column) {
    List<String> parts = new ArrayList<>();
    if (column.kind() == ColumnKind.NUMBER && column.least() <= column.greatest())
      parts.add("from " + number(column.least()) + " to " + number(column.greatest()));
    if (column.tooLong()) parts.add("texts that are too long");
    else if (column.tooMany()) parts.add("too many different values");
    else if (column.kind() == ColumnKind.CATEGORY) parts.add(values(column));
    if (column.missing() > 0) parts.add(column.missing() + " missing");
    return String.join(", ", parts);
  }

  private static String values(FoundTable.Column column) {
    List<String> first =
        column.values().keySet().stream()
            .limit(SHOWN)
            .map(value -> shortened(clean(value)) + " " + column.count(value))
            .toList();
    String more = column.values().size() > SHOWN ? ", …" : "";
    return column.values().size() + " values: " + String.join(", ", first) + more;
  }

  private static String number(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return whole ? String.valueOf((long) value) : String.valueOf((float) value);
  }

  private static String shortened(String text) {
    return text.length() > WIDEST ? text.substring(0, WIDEST) + "…" : text;
  }

  private static String clean(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  /**
   * Settings to add to the configuration, a line each; nothing where the table needs none.
   *
   * @param missing whether they are to say what becomes of gaps
   */
  List<String> proposal(boolean missing) {
    List<String> said =
        table.columns().stream()
            .filter(c -> c.kind() != ColumnKind.NUMBER || isUseless(c))
            .map(c -> quoted(c.name()) + " = " + (isUseless(c) ? "exclude" : kind(c)))
            .toList();
    boolean gaps = missing && table.columns().stream().anyMatch(c -> c.missing() > 0);
    if (said.isEmpty() && !gaps) return List.of();
    List<String> lines = new ArrayList<>();
    lines.add("  data {");
    if (gaps) lines.add("    missing = mean");
    if (!said.isEmpty()) {
      lines.add("    train.columns {");
      said.forEach(line -> lines.add("      " + line));
      lines.add("    }");
    }
    lines.add("  }");
    return lines;
  }

  /** Whether nothing can be learned from it. */
  private boolean isUseless(FoundTable.Column column) {
    return column.isConstant()
        || column.tooMany()
        || column.isUnlike(table.rows())
        || column.values().size() > maxCategories;
  }

  private static String quoted(String name) {
    // HOCON reads another file where a line begins with `include`.
    if (name.matches("[A-Za-z_][A-Za-z0-9_]*") && !name.equals("include")) return name;
    return '"' + clean(name).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
