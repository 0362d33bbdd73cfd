package io.kudari.run;

import io.kudari.config.ConfigurationException;
import io.kudari.data.ClassNames;
import io.kudari.data.DataException;
import io.kudari.data.ExampleSource;
import io.kudari.data.Schema;
import io.kudari.data.format.SparkTable;
import io.kudari.event.FirstLine;
import io.kudari.spark.data.FrameSource;
import io.kudari.train.DataPlan;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.parser.ParserInterface;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.InsertIntoDir;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ParsedStatement;
import scala.collection.JavaConverters;

/**
 * The data frames of a training: those that code gives it, and those that Spark reads because its
 * configuration says so.
 *
 * @param train for {@code data.train}, if code gives one
 * @param test likewise for {@code data.test}
 * @param classNames that code gives to classes which are numbers in the rows, or none
 */
record Frames(Optional<Dataset<Row>> train, Optional<Dataset<Row>> test, List<String> classNames) {

  /** Code gives none. */
  static final Frames NONE = new Frames(Optional.empty(), Optional.empty(), List.of());

  /**
   * The same with names of the classes.
   *
   * @throws IllegalArgumentException when two of them are the same class; one line
   */
  Frames named(List<String> names) {
    return new Frames(train, test, new ClassNames(names).names());
  }

  /** What is left when the frames have become sources. */
  Frames opened() {
    return new Frames(Optional.empty(), Optional.empty(), classNames);
  }

  /** What the model of a training keeps: names do not matter to the training itself. */
  Schema named(Schema trained) {
    if (classNames.size() != trained.classes() || classNames.isEmpty()) return trained;
    return trained.with(classNames);
  }

  /** Whether Spark has to read a set, so that it must start whatever the strategy. */
  boolean areNeeded(DataPlan.Sources sources) {
    return isTable(sources.train())
        || sources.test().filter(Frames::isTable).isPresent()
        || train.isPresent()
        || test.isPresent();
  }

  private static boolean isTable(ExampleSource source) {
    return source instanceof SparkTable;
  }

  /**
   * The sources, in which Spark finds its tables.
   *
   * @throws ConfigurationException when a frame is given and not wanted, or the other way round
   * @throws DataException when Spark cannot find a table
   */
  DataPlan.Sources in(JavaSparkContext spark, DataPlan.Sources sources) {
    if (sources.testOrNull() == null && test.isPresent())
      throw new ConfigurationException(
          "a data frame is given for data.test, which must be { format = table, … } then");
    return new DataPlan.Sources(
        open("data.train", sources.train(), train, spark),
        sources.test().map(source -> open("data.test", source, test, spark)).orElse(null),
        sources.validation(),
        sources.rules());
  }

  static ExampleSource open(
      String key, ExampleSource source, Optional<Dataset<Row>> given, JavaSparkContext spark) {
    boolean ofCode = source instanceof SparkTable table && table.from().isCode();
    if (given.isPresent() && !ofCode)
      throw new ConfigurationException(
          "a data frame is given for "
              + key
              + ", whose format must be table then, without reader, table and sql");
    if (given.isEmpty() && ofCode)
      throw new ConfigurationException(
          key + ": format = table needs a reader, a table or sql where no code gives a data frame");
    if (!(source instanceof SparkTable table)) return source;
    return new FrameSource(table, given.orElseGet(() -> read(key, table, spark)));
  }

  private static Dataset<Row> read(String key, SparkTable table, JavaSparkContext spark) {
    SparkSession session = SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
    SparkTable.From from = table.from();
    try {
      if (!from.sql().isEmpty()) return query(key, from.sql(), session);
      if (!from.table().isEmpty()) return session.table(from.table());
      var reader = session.read().format(from.reader()).options(from.options());
      return from.path().isEmpty() ? reader.load() : reader.load(from.path());
    } catch (ConfigurationException e) {
      throw e;
    } catch (SparkException e) {
      // A job has failed, which has looked into files for their columns.
      throw new DataException(key + ": " + table.name() + ": " + FirstLine.ofRoot(e), e);
    } catch (Exception e) {
      throw new DataException(key + ": " + table.name() + ": " + FirstLine.of(e), e);
    }
  }

  /** Spark runs a statement that is no query as soon as it is asked for its rows. */
  private static Dataset<Row> query(String key, String sql, SparkSession session) throws Exception {
    ParserInterface parser = session.sessionState().sqlParser();
    if (!isQuery(parser.parsePlan(sql)) || !beginsAsQuery(parser, sql))
      throw new ConfigurationException(
          key
              + ".sql: must be a query, such as SELECT, WITH, VALUES or TABLE, not another"
              + " statement");
    return session.sql(sql);
  }

  /** Some statements, such as EXECUTE IMMEDIATE, have plans that say nothing of what they do. */
  private static boolean beginsAsQuery(ParserInterface parser, String sql) {
    try {
      // Spark 4 takes no semicolon behind a query alone.
      LogicalPlan unused = parser.parseQuery(sql.replaceAll("[;\\s]+$", ""));
      return true;
    } catch (Exception e) {
      return false; // As a statement it was parsed before.
    }
  }

  /** Whether no part of a statement does anything but read. */
  private static boolean isQuery(LogicalPlan plan) {
    if (plan instanceof Command || plan instanceof ParsedStatement) return false;
    if (plan instanceof InsertIntoDir) return false;
    return JavaConverters.seqAsJavaList(plan.children()).stream().allMatch(Frames::isQuery);
  }
}
