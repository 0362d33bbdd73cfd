package io.kudari.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.exchange.Exchanges;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.train.DataPlan;
import io.kudari.train.Plans;
import io.kudari.train.TrainingPlan;
import io.kudari.train.algorithm.GradientSharing;
import io.kudari.train.plan.Course;
import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The instrument of {@code scripts/bench-slow-link}, and the bytes that it compares. */
class SlowLinkTest {

  @Test
  void theRelayPassesWhatItGetsAndNoFasterThanItsRate() throws Exception {
    byte[] sent = new byte[300_000];
    new Random(20261129).nextBytes(sent);
    byte[] found = new byte[sent.length];
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        SlowRelay relay =
            new SlowRelay(new InetSocketAddress("127.0.0.1", server.getLocalPort()), 8e6);
        Socket caller = new Socket("127.0.0.1", relay.address().getPort());
        Socket called = server.accept()) {
      called.setSoTimeout(20_000);
      long start = System.nanoTime();
      caller.getOutputStream().write(sent);
      new DataInputStream(called.getInputStream()).readFully(found);
      double seconds = (System.nanoTime() - start) / 1e9;
      assertArrayEquals(sent, found);
      assertTrue(seconds >= 0.3, "0.3 MB at 1 MB/s took " + seconds + " s");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dense", "fp16", "top-k", "sign", "power-sgd"})
  void stepsSendTheBytesOfTheFormula(String name) throws Exception {
    Initializer he = Initializer.of(Initializer.Kind.HE_NORMAL);
    ModelSpec model =
        new ProgramModel(
            new NetworkSpec(
                new Shape(1, 28, 28),
                List.of(
                    new LayerSpec.Dense(64, he),
                    new LayerSpec.Dense(10, he),
                    new LayerSpec.Activate(Activation.SOFTMAX)),
                Loss.CROSS_ENTROPY));
    var sources = new DataPlan.Sources(new DigitsSource(64, 1), null, 0);
    DataPlan data = DataPlan.of(sources, new Configuration(), 2, 1);
    Map<String, Object> section = Map.of("name", name);
    TrainingPlan plan =
        Plans.of(
                1,
                100,
                32,
                true,
                new Normalization(Normalizer.Method.SCALE, Normalizer.Per.FEATURE, 255),
                OptimizerSpec.parse(Map.of("name", "sgd", "learning-rate", 0.01)),
                TrainingPlan.Schedules.CONSTANT,
                BatchRule.NONE,
                32,
                null,
                new GradientSharing())
            .by(Exchanges.parse(section))
            .with(new Course(8, Course.Looks.EPOCHS, Course.Target.NONE));
    SlowLink.Step step = SlowLink.train(model, data, plan, 3, 100e6);
    double formula = SlowLinkBenchmark.bytes(name, section, model.layout());
    // Of so small a network headers and scalars are more than of a large one.
    assertEquals(formula, step.bytes(), 0.05 * formula + 400, name);
    // Of five steps the first may have begun before it was counted.
    assertTrue(step.seconds() >= 0.7 * formula * 8 / 100e6, "no faster than the link");
  }
}
