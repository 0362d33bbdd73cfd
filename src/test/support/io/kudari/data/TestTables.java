package io.kudari.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;

/** Tables as people have them, drawn from a seed. */
public final class TestTables {

  private static final String[] CITIES = {"Bern", "Graz", "Linz", "Paris", "Rome", "Wien"};
  private static final String[] KINDS = {"flat", "house", "loft"};
  private static final String[] HEATING = {"district", "gas", "oil", "pump", "wood"};

  private TestTables() {}

  /**
   * Houses and their prices: three columns of texts, one of booleans, gaps in two of numbers.
   *
   * @param priced whether the last column is there
   */
  public static String houses(long seed, int rows, boolean priced) {
    Random random = new Random(seed);
    StringBuilder table = new StringBuilder("id,city,kind,heating,area,year,garden");
    table.append(priced ? ",price\n" : "\n");
    for (int i = 0; i < rows; i++) {
      int city = random.nextInt(CITIES.length);
      int kind = random.nextInt(KINDS.length);
      int heating = random.nextInt(HEATING.length);
      double area = 20 + random.nextInt(1800) / 10.;
      int year = 1900 + random.nextInt(125);
      boolean garden = random.nextInt(3) == 0;
      double price =
          (1 + city * .4 + kind * .5) * area / 60
              + (year - 1960) * .01
              + heating * .2
              + (garden ? .8 : 0)
              + .1 * random.nextGaussian();
      String known = random.nextInt(100) == 0 ? "" : String.valueOf(area);
      String built = random.nextInt(50) == 0 ? "NA" : String.valueOf(year);
      table
          .append(i)
          .append(',')
          .append(String.join(",", CITIES[city], KINDS[kind], HEATING[heating], known, built))
          .append(garden ? ",yes" : ",no");
      if (priced) table.append(String.format(Locale.ROOT, ",%.4f", price));
      table.append('\n');
    }
    return table.toString();
  }

  /** Passengers and whether they were rescued: texts, booleans, and gaps in two columns. */
  public static String passengers(long seed, int rows) {
    Random random = new Random(seed);
    StringBuilder table = new StringBuilder("rescued,sex,class,age,fare,alone,port\n");
    for (int i = 0; i < rows; i++) {
      boolean woman = random.nextInt(5) < 2;
      int level = 1 + random.nextInt(3);
      double age = 1 + random.nextInt(70);
      double fare = Math.exp(4.5 - level + .4 * random.nextGaussian());
      boolean alone = random.nextBoolean();
      char port = "CQS".charAt(random.nextInt(3));
      double score = (woman ? 1.8 : -.9) - 1.1 * (level - 2) - .03 * (age - 30) - (alone ? .4 : 0);
      boolean rescued = random.nextDouble() < 1 / (1 + Math.exp(-1.5 * score));
      table
          .append(rescued ? "yes," : "no,")
          .append(woman ? "female," : "male,")
          .append(level == 1 ? "first," : level == 2 ? "second," : "third,")
          .append(random.nextInt(5) == 0 ? "" : String.valueOf((int) age))
          .append(random.nextInt(40) == 0 ? ",NA," : String.format(Locale.ROOT, ",%.2f,", fare))
          .append(alone ? "True," : "False,")
          .append(port)
          .append('\n');
    }
    return table.toString();
  }

  /** The columns of {@link #shop}. */
  public static final String SHOP = "id,city,code,area,year,garden,kind";

  /**
   * Rows of texts, of numbers and texts in one column, of numbers and whole numbers with gaps, and
   * of booleans, with a class each; in every fiftieth a number is infinite.
   *
   * @return the cells of each row by their types; null where there is nothing
   */
  public static List<Object[]> shop(long seed, int rows) {
    Random random = new Random(seed);
    List<Object[]> all = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      int city = random.nextInt(CITIES.length);
      Double area = random.nextInt(12) == 0 ? null : (Double) (random.nextInt(400) / 8.);
      if (i % 50 == 7) area = Double.POSITIVE_INFINITY;
      Integer year = random.nextInt(9) == 0 ? null : (Integer) (1900 + random.nextInt(90));
      boolean garden = random.nextBoolean();
      String code = List.of("7", "A7", "10", "B").get(random.nextInt(4));
      boolean dear = city + (garden ? 2 : 0) + random.nextGaussian() > 3;
      String named = random.nextInt(15) == 0 ? "NA" : CITIES[city];
      all.add(new Object[] {(long) i, named, code, area, year, garden, dear ? "dear" : "cheap"});
    }
    return all;
  }

  /** Rows as lines of a CSV. */
  public static String csv(String head, List<Object[]> rows) {
    StringBuilder table = new StringBuilder(head + "\n");
    for (Object[] row : rows)
      table.append(
          Arrays.stream(row)
              .map(cell -> cell == null ? "" : String.valueOf(cell))
              .collect(Collectors.joining(",", "", "\n")));
    return table.toString();
  }
}
