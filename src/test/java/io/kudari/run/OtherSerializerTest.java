package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.kudari.Slow;
import io.kudari.config.Experiment;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session serialises as its owner has set it, and knows nothing of Kudari. */
@Slow
@Timeout(300)
class OtherSerializerTest {

  private static Experiment experiment(String strategy, int ranks) {
    String text =
        """
        data { train { format = table, label = y, task = regression }, validation = 0.2 }
        model.layers = [{ type = dense, units = 4, activation = tanh }, { type = dense, units = auto }]
        train { epochs = 2, batch = 40, workers = 4, strategy = %s, ranks = %d }
        """;
    return Experiment.parse(
        "test", text.formatted(strategy, ranks), List.of(), new Configuration());
  }

  @Test
  void kryoWithoutOurRegistratorTrainsToTheSameParametersByEveryStrategy() throws Exception {
    try (SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .getOrCreate()) {
      Dataset<Row> rows =
          session.sql(
              "select sin(id) as a, cos(3 * id) as b, sin(id) * cos(3 * id) as y"
                  + " from range(0, 200, 1, 3)");
      float[] expected = Training.of(experiment("serial", 0)).data(rows).run().parameters();
      for (String strategy : List.of("driver", "all-reduce"))
        assertArrayEquals(
            expected, Training.of(experiment(strategy, 2)).data(rows).run().parameters(), strategy);
    }
  }
}
