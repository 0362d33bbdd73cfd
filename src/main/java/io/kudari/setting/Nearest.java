package io.kudari.setting;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** What was meant by a name that is none of the known ones. */
public final class Nearest {

  private static final int FEW = 2;

  private Nearest() {}

  /**
   * The known name of the smallest edit distance, the first of equals; empty when none is known.
   */
  public static Optional<String> to(String name, List<String> known) {
    return known.stream().min(Comparator.comparingInt(k -> distance(name, k)));
  }

  /**
   * What to say behind the refusal of a name.
   *
   * @return {@code " (did you mean …?)"} when a known name is near, else all of them; nothing when
   *     none is known
   */
  public static String hint(String name, List<String> known) {
    Optional<String> near =
        to(name, known).filter(k -> distance(name, k) <= Math.max(FEW, name.length() / 3));
    if (near.isPresent()) return " (did you mean " + near.get() + "?)";
    if (known.isEmpty()) return "";
    return known.stream().sorted().collect(Collectors.joining(", ", " (known: ", ")"));
  }

  private static int distance(String a, String b) {
    return LevenshteinDistance.getDefaultInstance().apply(a, b);
  }
}
