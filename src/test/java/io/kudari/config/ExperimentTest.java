package io.kudari.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.Sampling;
import io.kudari.model.Activation;
import io.kudari.model.LayerSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.BatchRule;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.train.algorithm.ParameterAveraging;
import io.kudari.train.plan.Course;
import io.kudari.train.plan.EarlyStopping;
import io.kudari.train.plan.LocalSlots;
import io.kudari.train.plan.NoiseMode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExperimentTest {

  @TempDir private Path folder;

  static List<Path> shipped() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("conf"))) {
      return files.filter(file -> file.toString().endsWith(".conf")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void theShippedConfigurationsAreValid(Path file) {
    assertTrue(Experiment.read(file.toFile(), List.of()).plan().epochs() > 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"digits", "digits-lenet", "tabular", "tabular-regression"})
  void aSavedConfigurationGoesOnWithoutADifference(String name) throws IOException {
    Experiment saved = Experiment.read(new File("conf/" + name + ".conf"), List.of());
    Experiment again = Experiment.parse("saved", saved.resolved(), List.of(), new Configuration());
    assertEquals(saved.resolved(), again.resolved());
    assertEquals(List.of(), ResumeRules.differences("saved", saved.resolved(), again.resolved()));
    Experiment other =
        Experiment.parse(
            "saved",
            saved.resolved(),
            List.of("train.epochs=999", "train.ranks=2", "checkpoint.every=1 hour"),
            new Configuration());
    assertEquals(List.of(), ResumeRules.differences("saved", saved.resolved(), other.resolved()));
    assertEquals(3600, other.checkpoints().rule().seconds());
  }

  @Test
  void theResolvedConfigurationMeansTheSame() throws IOException {
    Experiment first =
        Experiment.read(new File("conf/digits-lenet.conf"), List.of("train.epochs=3"));
    Experiment second = read(first.resolved());
    assertEquals(first.resolved(), second.resolved());
    assertEquals(first.plan(), second.plan());
    assertEquals(network(first), network(second));
  }

  @Test
  void theAlgorithmSectionMeansTheSameWhenReadAgain() throws IOException {
    String schedule = "{kind=piecewise,value=1,at-epochs=[2],factors=[16]}";
    for (String localSteps : List.of("7", schedule)) {
      Experiment first =
          Experiment.read(
              new File("conf/digits.conf"),
              List.of(
                  "train.algorithm.name=parameter-averaging",
                  "train.algorithm.slots=keep",
                  "train.algorithm.local-steps=" + localSteps));
      ParameterAveraging averaging = (ParameterAveraging) first.plan().algorithm();
      assertEquals(LocalSlots.KEEP, averaging.slots());
      assertEquals(first.plan(), read(first.resolved()).plan());
    }
  }

  @Test
  void averagingTakesSixteenLocalStepsUnlessToldOtherwise() {
    Experiment experiment =
        Experiment.read(
            new File("conf/digits.conf"), List.of("train.algorithm=parameter-averaging"));
    assertEquals(
        new ParameterAveraging(ScheduleSpec.parse(16), LocalSlots.AVERAGE),
        experiment.plan().algorithm());
    assertTrue(experiment.resolved().contains("value=16"), experiment.resolved());
  }

  @Test
  void theNoiseScaleIsMeasuredUnlessToldOtherwiseAndMayChangeOnResuming() throws IOException {
    File file = new File("conf/digits.conf");
    Experiment usual = Experiment.read(file, List.of());
    assertEquals(NoiseMode.AUTO, usual.plan().noise());
    Experiment halves = Experiment.read(file, List.of("train.noise-scale=halves"));
    assertEquals(NoiseMode.HALVES, read(halves.resolved()).plan().noise());
    assertEquals(List.of(), ResumeRules.differences("saved", usual.resolved(), halves.resolved()));
  }

  @Test
  void theCourseOfARunMeansTheSameWhenReadAgain() throws IOException {
    Experiment usual = Experiment.read(new File("conf/digits.conf"), List.of());
    assertEquals(Course.EPOCHS, usual.plan().course());
    List<String> settings =
        List.of(
            "train.epochs=null",
            "train.steps=700",
            "train.evaluate={every=100,at=[5,50]}",
            "train.target={metric=accuracy,value=0.9}");
    Experiment first = Experiment.read(new File("conf/digits.conf"), settings);
    Course.Looks looks = new Course.Looks(100, List.of(5L, 50L), false, false);
    Course.Target target = new Course.Target(EarlyStopping.Metric.ACCURACY, 0.9);
    assertEquals(new Course(700, looks, target), first.plan().course());
    assertEquals(first.plan(), read(first.resolved()).plan());
  }

  @Test
  void theOrderAndTheShardsMeanTheSameWhenReadAgainAndMustStay() throws IOException {
    File file = new File("conf/digits.conf");
    Experiment usual = Experiment.read(file, List.of());
    assertEquals(Sampling.USUAL, usual.data().rules().sampling());
    Experiment other =
        Experiment.read(
            file, List.of("train.order=with-replacement", "train.shards=sorted-by-label"));
    Sampling sampling =
        new Sampling(Sampling.Order.WITH_REPLACEMENT, Sampling.Shards.SORTED_BY_LABEL);
    assertEquals(sampling, other.data().rules().sampling());
    assertEquals(sampling, read(other.resolved()).data().rules().sampling());
    assertEquals(2, ResumeRules.differences("saved", usual.resolved(), other.resolved()).size());
    List<String> whole =
        List.of("optimizer=null", "optimizer.name=cg", "train.order=with-replacement");
    var e = assertThrows(ConfigurationException.class, () -> Experiment.read(file, whole));
    assertTrue(e.getMessage().contains("train.order = with-replacement needs"), e.getMessage());
  }

  @Test
  void aRunMayGoOnToMoreStepsAndAnotherTarget() {
    File file = new File("conf/digits.conf");
    Experiment few = Experiment.read(file, List.of("train.steps=7"));
    Experiment more = Experiment.read(file, List.of("train.steps=9", "train.target.value=0.1"));
    assertEquals(List.of(), ResumeRules.differences("saved", few.resolved(), more.resolved()));
    assertEquals(
        List.of("train.steps: saved 9, now 7 (may only grow)"),
        ResumeRules.differences("saved", more.resolved(), few.resolved()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train.steps=0 | train.steps",
        "train.order=sorted | train.order",
        "train.shards=sorted | train.shards",
        "train.evaluate.at=[0] | train.evaluate.at",
        "train.evaluate.at=[1.5] | train.evaluate.at",
        "train.evaluate.every=-1 | train.evaluate.every",
        "train.evaluate.often=1 | train.evaluate.often",
        "train.target.metric=loss | train.target.value",
        "train.target={metric=accuracy,value=90} | train.target.value",
      })
  void aWrongCourseIsNamedInOneLine(String setting, String key) {
    File file = new File("conf/digits.conf");
    var e =
        assertThrows(ConfigurationException.class, () -> Experiment.read(file, List.of(setting)));
    assertTrue(e.getMessage().contains(key), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  @Test
  void adaScaleWithOneWorkerNeedsTheHalvesOfItsBatch() {
    File file = new File("conf/digits.conf");
    List<String> one = List.of("train.workers=1", "train.batch-rule=adascale");
    var e = assertThrows(ConfigurationException.class, () -> Experiment.read(file, one));
    assertEquals(
        "--set train.batch-rule=adascale: train.batch-rule = adascale goes by the variance between"
            + " workers: it needs train.workers of at least 2, or train.noise-scale = halves",
        e.getMessage());
    List<String> halves = new ArrayList<>(one);
    halves.add("train.noise-scale=halves");
    assertEquals(BatchRule.ADASCALE, Experiment.read(file, halves).plan().rule());
  }

  @Test
  void theSavedModelSectionMeansTheSame() {
    Experiment experiment = Experiment.read(new File("conf/digits-lenet.conf"), List.of());
    ModelSettings again = ModelSettings.parse("model.json", experiment.model().json());
    assertEquals(network(experiment), again.network(new Shape(1, 28, 28), 10));
  }

  @Test
  void batchNormalisationStandsBeforeOrAfterTheActivation() throws IOException {
    List<LayerSpec> before = network(read(withLayer("batch-norm = before"))).layers();
    List<LayerSpec> after = network(read(withLayer("batch-norm = after"))).layers();
    assertTrue(before.get(1) instanceof LayerSpec.BatchNormalization);
    assertEquals(new LayerSpec.Activate(Activation.RELU), before.get(2));
    assertEquals(new LayerSpec.Activate(Activation.RELU), after.get(1));
    assertTrue(after.get(2) instanceof LayerSpec.BatchNormalization);
  }

  @Test
  void ghostBatchesAreReadWhereverThereIsBatchNormalisation() throws IOException {
    List<LayerSpec> layers =
        network(read(withLayer("batch-norm = before, ghost-batch = 16"))).layers();
    assertEquals(new LayerSpec.BatchNormalization(0.9, 1e-5, 16), layers.get(1));
    String own = "batch-norm = none }, { type = batch-norm, ghost-batch = 8";
    Experiment experiment = read(withLayer(own));
    LayerSpec expected = new LayerSpec.BatchNormalization(0.9, 1e-5, 8);
    assertEquals(expected, network(experiment).layers().get(2));
    ModelSettings again = ModelSettings.parse("saved", experiment.model().json());
    assertEquals(expected, again.network(new Shape(1, 28, 28), 10).layers().get(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\\"", "\\n", "\\r"})
  void aDelimiterThatIsAQuoteOrEndsALineIsRefused(String delimiter) {
    String source =
        "train { format = csv, file = a, label = b, delimiter = \"" + delimiter + "\" }";
    assertRefused(
        "data { " + source + " }, model.layers = [{ type = dense, units = auto }]",
        "delimiter must not be a double quote, a line end or a byte 0");
  }

  @Test
  void ghostBatchesThatCannotBeAreRefused() {
    assertRefused(
        withLayer("batch-norm = before, ghost-batch = 1"), "must be 0 (off) or at least 2, not 1");
    assertRefused(withLayer("ghost-batch = 8"), "ghost-batch is not a known setting");
    assertRefused(
        withLayer("batch-norm = after, ghost-batch = 8") + "model.engine = dl4j",
        "ghost-batch = 8 needs model.engine = program or auto");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          train { batch = 4, workers = 4 }                       | 8 | not 4
          train { batch = 7, workers = 4 }                       | 8 | not 7
          train { batch = 7, workers = 4, algorithm = parameter-averaging } | 8 | not 7
          train.batch = 16, schedule.batch { kind = piecewise, at-epochs = [3], factors = [0.25] } | 8 | not 4 (schedule.batch in epoch 4)
          """)
  void batchNormalisationOfOneExampleAWorkerIsRefused(String train, int least, String what)
      throws IOException {
    String rule =
        "train.batch must be at least 2 x train.workers = "
            + least
            + " with batch normalisation, because one example has no variance, "
            + what;
    assertRefused(withLayer("batch-norm = before") + train, rule);
    assertRefused(withLayer("batch-norm = before, ghost-batch = 2") + train, rule);
    assertRefused(withLayer("}, { type = batch-norm") + train, rule);
    assertTrue(read(withLayer("") + train).plan().batch() >= 4);
  }

  @Test
  void batchNormalisationOfTwoExamplesAWorkerIsNot() throws IOException {
    String text = withLayer("batch-norm = before");
    assertEquals(8, read(text + "train { batch = 8, workers = 4 }").plan().batch());
    // A full-batch recipe takes all examples, whatever the batch.
    read(text + "train { batch = 4, workers = 4 }, optimizer.name = l-bfgs");
  }

  private void assertRefused(String text, String part) {
    String message = assertThrows(ConfigurationException.class, () -> read(text)).getMessage();
    assertTrue(message.contains(part), message);
    assertEquals(1, message.lines().count(), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          train.epoch=3              | train.epoch is not a known setting (did you mean epochs?)
          train.epochs=many          | train.epochs must be a number, not "many"
          train.epochs=1.5           | train.epochs must be a whole number, not 1.5
          train.epochs=0             | train.epochs must be within 1..1048576, not 0
          train.workers=200          | train.batch must be at least train.workers = 200, not 128
          train.ranks=5              | train.ranks must be at most train.workers = 4, not 5
          train.strategy=serail      | train.strategy must be one of serial, driver, all-reduce, not "serail" (did you mean serial?)
          checkpoint.every=5         | checkpoint.every must be a duration with its unit, such as 5 minutes, or never, not 5
          checkpoint.keep=0          | checkpoint.keep must be within 1..1048576, not 0
          train.strategy=averaging   | train.strategy = averaging is now train.algorithm = parameter-averaging
          train.averaging.slots=keep | train.averaging is now train.algorithm { name = parameter-averaging, local-steps, slots }
          train.algorithm=averaging  | train.algorithm.name: must be one of gradient-sharing, parameter-averaging, elastic-averaging, delayed-gradients, full-batch, not 'averaging'
          train.algorithm={name=parameter-averaging,local-steps=0} | train.algorithm.local-steps: local-steps must be within whole [1, 1048576], not 0
          train.algorithm={name=parameter-averaging,slots=drop} | train.algorithm.slots: slots must be keep or average or reset, not drop
          train.algorithm={name=parameter-averaging,steps=3} | train.algorithm.steps: no setting of parameter-averaging is called 'steps'; the nearest is 'slots'
          train.algorithm={name=parameter-averaging,local-steps.kind=cosin} | train.algorithm.local-steps.kind: no schedule is called 'cosin'; the nearest is 'cosine'
          train.algorithm={name=delayed-gradients,delay=-1} | train.algorithm.delay: delay must be within whole [0, 1024], not -1
          train.algorithm={name=gradient-sharing,delay=1} | train.algorithm.delay: no setting of gradient-sharing is called 'delay'
          train.exchange=some        | train.exchange.name must be one of dense, none, fp16, bf16, top-k, random-k, threshold, sign, one-bit, qsgd, power-sgd, not "some" (did you mean none?)
          train={exchange=none,strategy=serial} | train.exchange = none needs train.strategy = all-reduce, not serial
          train.exchange={name=top-k,share=2} | train.exchange.share: share must be within (0, 1], not 2
          train.exchange={name=sign,error-feedback=maybe} | train.exchange.error-feedback: error-feedback must be true or false, not maybe
          train.exchange.share=0.1   | train.exchange.share: no setting of dense is called 'share'
          train.algorithm=full-batch | train.algorithm: full-batch needs an optimizer for full batches (cg, l-bfgs, coordinate), not momentum
          train={algorithm=delayed-gradients,batch-rule=adascale} | train.algorithm: delayed-gradients excludes train.batch-rule = adascale, which measures the gradient that is applied
          train={algorithm=elastic-averaging,exchange=top-k} | train.exchange: train.algorithm = elastic-averaging excludes train.exchange.error-feedback = true, which would add what a worker keeps in its parameters anyway: set train.exchange.error-feedback = false
          train.recovery.min-ranks=5 | train.recovery.min-ranks must be at most train.workers = 4
          train={port=7100,strategy=serial} | train.port = 7100 contradicts train.strategy = serial: only ranks of all-reduce listen for each other
          train={threads=2,strategy=serial} | train.threads = 2 contradicts train.strategy = serial, whose tasks have one each
          train={threads=2,strategy=driver} | train.threads = 2 contradicts train.strategy = driver, whose tasks have one each
          train={port=7100,strategy=driver} | train.port = 7100 contradicts train.strategy = driver: only ranks of all-reduce listen for each other
          train.link=wire            | train.link must be one of auto, sockets, shared-memory, not "wire" (known: auto, shared-memory, sockets)
          train.recovery.retrys=1    | train.recovery.retrys is not a known setting (did you mean retries?)
          train.on-divergence=go     | train.on-divergence must be one of stop, skip, back-off, not "go" (known: back-off, skip, stop)
          train={strategy=serial,on-divergence=back-off} | train.on-divergence = back-off needs train.strategy = all-reduce, not serial
          train={algorithm={name=parameter-averaging,slots=keep},on-divergence=skip} | train.on-divergence: skip is not possible: with train.algorithm.slots = keep workers have stepped before a round is judged
          train.back-off-factor=1    | train.back-off-factor must be within [1e-6, 1), not 1
          train.last-batch=maybe     | train.last-batch must be one of keep, drop, carry, not "maybe" (known: carry, drop, keep)
          data.validation=1.0        | data.validation must be within [0, 1), not 1
          data.train.format=mnist    | data.train.format must be one of digits, idx, cifar, csv, libsvm, parquet, table, images, not "mnist" (known: cifar, csv, digits, idx, images, libsvm, parquet, table)
          data.train.format=csv      | data.train.file must be given
          data.train.examples=0      | data.train.examples must be at least 1, not 0
          optimizer.name=adamm       | optimizer.name: no optimizer is called 'adamm'; the nearest is 'adam'
          optimizer.momentum=1.5     | optimizer.momentum: momentum must be within [0, 1), not 1.5
          schedule.learning-rate.kind=cosin | schedule.learning-rate.kind: no schedule is called 'cosin'; the nearest is 'cosine'
          model.loss=huber           | model.loss must be one of cross-entropy, mean-squared-error, not "huber" (known: cross-entropy, mean-squared-error)
          model.initializer=normal   | model.initializer = normal needs a value: { kind = normal, value = … }
          model.dl4j=x.json          | model.layers and model.dl4j contradict each other: give one of them
          trian.epochs=3             | trian is not a known setting (did you mean train?)
          """)
  void aBrokenRuleIsNamedWithItsKeyAndPlace(String override, String message) {
    var e =
        assertThrows(
            ConfigurationException.class,
            () -> Experiment.read(new File("conf/digits.conf"), List.of(override)));
    assertTrue(e.getMessage().endsWith(message), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
    assertFalse(e.getMessage().contains("merge of"), e.getMessage());
  }

  @Test
  void anErrorInAFileNamesFileAndLine() throws IOException {
    String text =
        Files.readString(Path.of("conf/digits.conf")).replace("epochs = 10", "epochs = ten");
    int line = (int) text.substring(0, text.indexOf("epochs = ten")).lines().count();
    var e = assertThrows(ConfigurationException.class, () -> read(text));
    assertEquals(
        file() + ":" + line + ": train.epochs must be a number, not \"ten\"", e.getMessage());
  }

  @Test
  void aSyntaxErrorNamesFileAndLine() {
    var e =
        assertThrows(ConfigurationException.class, () -> read("seed = 1\ntrain { epochs = 3\n"));
    assertTrue(e.getMessage().contains("test.conf: 3"), e.getMessage());
  }

  @Test
  void layersThatDoNotFitTheDataAreNamed() throws IOException {
    Experiment experiment =
        read(
            withLayer("")
                .replace(
                    "{ type = dense, units = 8", "{ type = convolution, filters = 2, kernel = 9"));
    var e =
        assertThrows(
            ConfigurationException.class, () -> experiment.model().network(new Shape(1, 8, 8), 10));
    assertTrue(
        e.getMessage()
            .endsWith("model.layers[0].type: a window of 9 does not fit into its input of 1x8x8"),
        e.getMessage());
  }

  @Test
  void aRelativePathOfAFileIsRelativeToItsFolder() throws IOException {
    String text =
        withLayer("")
            .replace(
                "format = digits", "format = cifar, files = [a.bin, /b.bin, \"hdfs://h/c.bin\"]");
    Experiment experiment = read(text);
    var source = (io.kudari.data.format.CifarSource) experiment.data().train();
    assertEquals(
        List.of(folder.resolve("a.bin").toString(), "/b.bin", "hdfs://h/c.bin"), source.files());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "t.csv            | WORKING/t.csv",
        "src/../t.csv     | WORKING/t.csv",
        "./a:b.csv        | WORKING/a:b.csv",
        "a,b.csv          | WORKING/a,b.csv",
        "a b.csv          | WORKING/a b.csv",
        "/data//a.csv     | /data//a.csv",
        "/data/a#b.csv    | /data/a#b.csv",
        "hdfs://h/x       | hdfs://h/x",
        "hdfs://h/a//b#c  | hdfs://h/a//b#c",
        "s3a://b/x?y*z    | s3a://b/x?y*z",
        "\"hdfs://h/x#y\"  | hdfs://h/x#y",
      })
  void aPathOfTheCommandLineIsTakenAsItIsAndRelativeToTheWorkingFolder(String path, String found)
      throws IOException {
    Files.writeString(file(), withLayer(""));
    List<String> sets = List.of("data.train={format=csv,label=y}", "data.train.file=" + path);
    List<String> inOne = List.of("data.train={format=csv,label=y,file=t.csv,examples=null}");
    String expected = found.replace("WORKING", new File("").getAbsolutePath());
    for (List<String> overrides : List.of(sets, inOne)) {
      Experiment experiment = Experiment.read(file().toFile(), overrides);
      String file = ((io.kudari.data.format.CsvSource) experiment.data().train()).file();
      assertEquals(overrides == sets ? expected : new File("t.csv").getAbsolutePath(), file);
      Experiment saved =
          Experiment.parse("saved", experiment.resolved(), List.of(), new Configuration());
      assertEquals(experiment.data().train(), saved.data().train());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data.train.label=[a",
        "data.train={format=csv",
        "data.train.file=\"x",
        "data.train.file=${nowhere}/x",
        "data.train.file=${nowhere",
        "=3",
        "data.train"
      })
  void whatIsMeantAsHoconAndIsNoneIsRefused(String override) {
    var e =
        assertThrows(
            ConfigurationException.class,
            () -> Experiment.read(new File("conf/digits.conf"), List.of(override)));
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    assertTrue(e.getMessage().contains("--set " + override), e.getMessage());
  }

  @Test
  void hoconOfTheCommandLineIsReadAsSuch() throws IOException {
    Files.writeString(file(), withLayer(""));
    Experiment experiment =
        Experiment.read(
            file().toFile(),
            List.of("train { epochs = 3 }", "train.batch=64,seed=9", "seed = ${train.batch}"));
    assertEquals(3, experiment.plan().epochs());
    assertEquals(64, experiment.plan().batch());
    assertEquals(64, experiment.plan().seed());
  }

  private NetworkSpec network(Experiment experiment) {
    return experiment.model().network(new Shape(1, 28, 28), 10);
  }

  @Test
  void aFileIsIncludedAtItsPathOrBesideTheOneThatIncludesIt(@TempDir Path dir) throws IOException {
    Path beside = Files.writeString(dir.resolve("inc.conf"), "train.epochs = 7\n");
    String usual = Files.readString(Path.of("conf/digits.conf"));
    for (String name : List.of("inc.conf", "inc", beside.toString())) {
      for (String include : List.of("\"" + name + "\"", "file(\"" + name + "\")")) {
        Path file = Files.writeString(dir.resolve("t.conf"), usual + "\ninclude " + include + "\n");
        assertEquals(7, Experiment.read(file.toFile(), List.of()).plan().epochs(), include);
      }
    }
  }

  private static String withLayer(String extra) {
    return """
    data.train { format = digits }
    model.layers = [ { type = dense, units = 8, activation = relu, %s }, { type = dense } ]
    """
        .formatted(extra);
  }

  private Path file() {
    return folder.resolve("test.conf");
  }

  private Experiment read(String text) throws IOException {
    Files.writeString(file(), text);
    return Experiment.read(file().toFile(), List.of());
  }
}
