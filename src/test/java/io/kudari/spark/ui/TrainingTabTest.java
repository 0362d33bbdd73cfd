package io.kudari.spark.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.Browser;
import io.kudari.Slow;
import io.kudari.config.Experiment;
import io.kudari.event.Event;
import io.kudari.event.EventJson;
import io.kudari.run.Training;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.servlet.http.HttpServletRequest;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.history.FsHistoryProvider;
import org.apache.spark.deploy.history.HistoryServer;
import org.apache.spark.deploy.history.HistoryServer$;
import org.apache.spark.ui.SparkUI;
import org.apache.spark.ui.WebUITab;
import org.json4s.JsonAST.JValue;
import org.json4s.jackson.JsonMethods$;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * Three trainings in a user's application with pages and an event log, looked at over HTTP while
 * the last one goes on, when they have ended, and by history servers.
 */
@Slow
@Timeout(180)
class TrainingTabTest {

  private static final String EXPERIMENT =
      """
      data { train { format = digits, examples = 400, seed = 1 }, validation = 0.2 }
      model.layers = [{ type = dense, units = 12, activation = relu }, { type = dense }]
      train { epochs = 3, batch = 20, workers = 2, strategy = %s, meters = [layer-norms] }
      """;

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path dir;

  private static JavaSparkContext spark;
  private static String pages;
  private static String application;
  private static final List<Event> events = new ArrayList<>();

  /** What was there while the last training was in its second epoch. */
  private static String page;

  private static JsonNode json;
  private static JsonNode metrics;

  @BeforeAll
  static void train() throws Exception {
    SparkConf conf =
        new SparkConf()
            .setAppName("a user's")
            .setMaster("local[2]")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.ui.port", "0")
            .set("spark.eventLog.enabled", "true")
            .set("spark.eventLog.dir", Files.createDirectory(dir.resolve("log")).toString());
    spark = new JavaSparkContext(conf);
    spark.setLogLevel("OFF");
    application = spark.sc().applicationId();
    pages = "http://127.0.0.1:" + spark.sc().ui().get().boundPort();
    assertFalse(get(pages + "/jobs/").contains(">Training<"), "a tab before there is a training");
    run("serial", event -> {});
    run("driver", event -> {});
    run(
        "all-reduce",
        event -> {
          events.add(event);
          if (event instanceof Event.EpochDone e && e.epoch() == 1) look();
        });
  }

  private static void run(String strategy, io.kudari.run.RunListener listener) throws Exception {
    Experiment experiment =
        Experiment.parse(
            "test",
            EXPERIMENT.formatted(strategy),
            List.of("train.ranks=" + (strategy.equals("serial") ? 0 : 2)),
            new Configuration());
    var unused =
        Training.of(experiment)
            .on(spark)
            .listen(listener)
            .folder(dir.resolve(strategy).toString())
            .run();
  }

  private static void look() {
    try {
      page = get(pages + "/training/");
      json = JSON.readTree(get(pages + "/training/json"));
      metrics = metrics();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterAll
  static void stop() {
    if (spark != null) spark.close();
  }

  private static String get(String address) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(30)).build();
    try {
      HttpResponse<String> answer =
          HttpClient.newBuilder()
              .followRedirects(HttpClient.Redirect.NORMAL)
              .build()
              .send(request, HttpResponse.BodyHandlers.ofString());
      assertEquals(200, answer.statusCode(), address + ": " + answer.body());
      return answer.body();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode metrics() throws IOException {
    return JSON.readTree(get(pages + "/metrics/json")).get("gauges");
  }

  private static double gauge(String name) {
    return metrics.path(application + ".driver.kudari." + name).path("value").asDouble(-1);
  }

  private static List<Event> told(JsonNode training) {
    List<Event> told = new ArrayList<>();
    for (JsonNode event : training.get("events"))
      told.add(EventJson.read(event.toString()).orElseThrow().event());
    return told;
  }

  private static <T> List<T> of(Class<T> kind, List<Event> all) {
    return all.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** As they are read again: JSON has no infinity. */
  private static List<String> recorded(List<? extends Event> all) {
    return all.stream()
        .map(event -> EventJson.line(event, Instant.EPOCH))
        .map(line -> EventJson.read(line).orElseThrow().event().toString())
        .toList();
  }

  private JsonNode now() throws IOException {
    return JSON.readTree(get(pages + "/training/json"));
  }

  @Test
  void whileATrainingGoesOnItsPageAndJsonAndMetricsTellOfIt() {
    assertTrue(page.contains("href=\"/training/\">Training<"), page);
    assertTrue(page.contains("running") && page.contains("http-equiv=\"refresh\""), page);
    assertTrue(page.contains("Ranks: 2, each with so many threads: 1. No rank was lost."), page);
    JsonNode trainings = json.get("trainings");
    assertEquals(3, trainings.size());
    assertEquals("completed", trainings.get(0).get("status").asText());
    assertEquals("running", trainings.get(2).get("status").asText());
    assertTrue(trainings.get(2).get("name").asText().endsWith("all-reduce"));
    assertEquals(1, gauge("trainings"));
    assertEquals(2, gauge("ranks"));
    assertEquals(0, gauge("recoveries"));
    assertTrue(gauge("step") >= 1 && gauge("epoch") >= 1, metrics.toString());
    assertTrue(gauge("loss") > 0 && gauge("examplesPerSecond") > 0, metrics.toString());
    assertTrue(gauge("learningRate") > 0, metrics.toString());
  }

  /** Steps one by one, summed by hand. */
  @Test
  void theJsonHasTheEventsOfTheTrainingWithStepsAsTheirMeans() throws Exception {
    JsonNode training = now().get("trainings").get(2);
    List<Event> told = told(training);
    List<Event.StepDone> steps = of(Event.StepDone.class, events);
    assertEquals(48, steps.size());
    List<Event.StepDone> means = of(Event.StepDone.class, told);
    assertEquals(steps.get(0), means.get(0));
    assertEquals(48, means.get(means.size() - 1).step());
    long before = 0;
    for (Event.StepDone mean : means) {
      long from = before;
      List<Event.StepDone> those =
          steps.stream().filter(s -> s.step() > from && s.step() <= mean.step()).toList();
      double losses = those.stream().mapToDouble(s -> s.loss() * s.examples()).sum();
      double examples = those.stream().mapToDouble(Event.StepDone::examples).sum();
      long compute = those.stream().mapToLong(s -> s.times().compute()).sum();
      assertEquals(losses / examples, mean.loss(), 1e-12);
      assertEquals(20, mean.examples());
      assertEquals((double) compute / those.size(), mean.times().compute(), 1);
      before = mean.step();
    }
    for (Class<? extends Event> kind : List.of(Event.Started.class, Event.Finished.class))
      assertEquals(of(kind, events).toString(), of(kind, told).toString());
    for (Class<? extends Event> kind : List.of(Event.EpochDone.class, Event.Scalar.class)) {
      List<String> all = recorded(of(kind, events));
      for (String one : recorded(of(kind, told))) assertTrue(all.contains(one), one);
      assertEquals(
          all.get(all.size() - 1), recorded(of(kind, told)).get(of(kind, told).size() - 1));
    }
    assertEquals("completed", training.get("status").asText());
    JsonNode asked = JSON.readTree(get(pages + "/training/json?id=3")).get("trainings");
    assertEquals(List.of(training), List.of(asked.get(0)));
  }

  @Test
  void whenTrainingsHaveEndedTheyAreStillShownAndNothingListens() throws Exception {
    String all = get(pages + "/training/");
    assertTrue(all.matches("(?s)<!DOCTYPE html>\\s*<html>.*</html>\\s*"), "more than the page");
    assertFalse(all.contains("http-equiv=\"refresh\""));
    for (String shown : List.of("Trainings", "Loss", "Accuracy", "Gradient norm", "Throughput"))
      assertTrue(all.contains("<h2>" + shown + "</h2>"), shown);
    assertTrue(all.contains("href=\"?id=1\""), "a link to the first");
    assertTrue(get(pages + "/training/?id=1").contains("Strategy serial"));
    assertTrue(get(pages + "/training/?id=%3Cscript%3E").contains("Strategy all-reduce"));
    String ours = TrainingTab.class.getPackageName();
    assertTrue(
        spark.sc().listenerBus().listeners().stream()
            .noneMatch(listener -> listener.getClass().getName().startsWith(ours)));
    List<String> left = new ArrayList<>();
    metrics().fieldNames().forEachRemaining(left::add);
    assertTrue(left.stream().noneMatch(name -> name.contains("kudari")), left.toString());
  }

  /** Where there is a browser; the styles are looked at in any case. */
  @Test
  void thePageIsReadableAtADeskAndOnATelephone() throws Exception {
    String all = get(pages + "/training/");
    Matcher style = Pattern.compile("(?s)<style>(.*?)</style>").matcher(all);
    assertTrue(style.find());
    Matcher rules = Pattern.compile("(?m)^ *([^@{}\\n]+) \\{").matcher(style.group(1));
    int found = 0;
    for (; rules.find(); found++)
      for (String selector : rules.group(1).split(","))
        assertTrue(selector.strip().matches("\\.kudari( .*)?"), selector);
    assertTrue(found > 50, "rules: " + found);
    Optional<Browser> browser = Browser.find();
    if (browser.isEmpty()) return;
    String alone =
        all.replaceAll("(?s)<script.*?</script>", "")
            .replaceFirst("<head>", "<head><base href=\"" + pages + "/training/\"/>");
    Path scratch = Files.createDirectory(dir.resolve("browser"));
    JsonNode told = browser.get().measured(alone, ".kudari *", scratch);
    assertEquals(2, told.size(), told.toString());
    for (JsonNode frame : told) {
      assertTrue(frame.get("texts").asInt() > 100, frame.toString());
      assertEquals("[]", frame.get("wide").toString(), frame.get("width") + " pixels");
      assertEquals("[]", frame.get("small").toString(), frame.get("width") + " pixels");
    }
  }

  private SparkConf ofHistory() {
    return new SparkConf(false)
        .set("spark.history.fs.logDirectory", dir.resolve("log").toUri().toString())
        .set("spark.history.fs.inProgressOptimization.enabled", "false");
  }

  @Test
  void aHistoryServerShowsTheSame() throws Exception {
    JsonNode live = now();
    SparkConf conf = ofHistory();
    // A store on a disk, as a server has for many applications.
    conf.set("spark.history.store.path", Files.createDirectory(dir.resolve("store")).toString());
    conf.set("spark.history.store.hybridStore.diskBackend", "LEVELDB");
    FsHistoryProvider provider = new FsHistoryProvider(conf);
    HistoryServer server =
        new HistoryServer(conf, provider, HistoryServer$.MODULE$.createSecurityManager(conf), 0);
    server.bind();
    try {
      spark.sc().listenerBus().waitUntilEmpty();
      read(provider);
      String root = "http://127.0.0.1:" + server.boundPort() + "/history/" + application;
      assertTrue(get(root + "/jobs/").contains(">Training<"));
      JsonNode then = JSON.readTree(get(root + "/training/json"));
      assertEquals(live, then);
      String shown = get(root + "/training/?id=1");
      assertTrue(shown.contains("Strategy serial") && shown.contains("<h2>Loss</h2>"), shown);
    } finally {
      server.stop();
    }
  }

  /** Of the classes that the profile {@code ui} packs, without the rest of Kudari. */
  @Test
  void theJarForHistoryServersHoldsAllThatOneNeeds() throws Exception {
    Path classes = ours();
    Path jar = dir.resolve("jar");
    String pom = Files.readString(Path.of("pom.xml"));
    String profile = pom.substring(pom.indexOf("<id>ui</id>"));
    Matcher includes =
        Pattern.compile("<include>(.*?)</include>")
            .matcher(profile.substring(0, profile.indexOf("</profile>")));
    List<PathMatcher> packed = new ArrayList<>();
    while (includes.find())
      packed.add(FileSystems.getDefault().getPathMatcher("glob:" + includes.group(1)));
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path name = classes.relativize(file);
        if (packed.stream().noneMatch(p -> p.matches(name))) continue;
        var unusedFolder = Files.createDirectories(jar.resolve(name).getParent());
        var unusedCopy = Files.copy(file, jar.resolve(name));
      }
    }
    try (URLClassLoader alone =
        new URLClassLoader(new URL[] {jar.toUri().toURL()}, new WithoutUs(classes))) {
      history(alone, ui -> look(alone, ui));
    }
  }

  private void look(ClassLoader alone, SparkUI ui) throws Exception {
    WebUITab tab = tabs(ui).stream().filter(t -> t.name().equals("Training")).findFirst().get();
    HttpServletRequest request =
        (HttpServletRequest)
            Proxy.newProxyInstance(
                alone, new Class<?>[] {HttpServletRequest.class}, (proxy, method, args) -> null);
    assertEquals(alone, tab.getClass().getClassLoader());
    JsonNode then = tree(tab.pages().apply(0).renderJson(request));
    assertEquals(now(), then);
    assertTrue(tab.pages().apply(0).render(request).toString().contains("<h2>Loss</h2>"));
  }

  private static JsonNode tree(JValue value) throws IOException {
    JsonMethods$ json = JsonMethods$.MODULE$;
    return JSON.readTree(json.compact(json.render(value, json.render$default$2(value))));
  }

  @Test
  void aHistoryServerWithoutOurClassesShowsTheRest() throws Exception {
    history(
        new WithoutUs(ours()),
        ui -> {
          assertTrue(tabs(ui).stream().noneMatch(tab -> tab.name().equals("Training")));
          assertTrue(ui.store().jobsList(null).size() > 10, "jobs of the training by the driver");
        });
  }

  private static Path ours() throws Exception {
    return Path.of(TrainingTab.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static List<WebUITab> tabs(SparkUI ui) {
    return JavaConverters.seqAsJavaList(ui.getTabs());
  }

  private static void read(FsHistoryProvider provider) throws Exception {
    provider.checkForLogs();
    for (int i = 0; i < 1000 && provider.getListing().isEmpty(); i++) Thread.sleep(20);
  }

  /** What is looked at. */
  private interface Use {
    void of(SparkUI ui) throws Exception;
  }

  /** What a history server with such a class path makes of the log. */
  private void history(ClassLoader classes, Use use) throws Exception {
    spark.sc().listenerBus().waitUntilEmpty();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(classes);
    FsHistoryProvider provider = new FsHistoryProvider(ofHistory());
    try {
      read(provider);
      use.of(provider.getAppUI(application, Option.empty()).get().ui());
    } finally {
      provider.stop();
      thread.setContextClassLoader(before);
    }
  }

  /** All classes but Kudari's. */
  private static final class WithoutUs extends ClassLoader {

    private final String location;

    WithoutUs(Path classes) {
      super(TrainingTabTest.class.getClassLoader());
      location = classes.toUri().getPath();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("io.kudari.")) throw new ClassNotFoundException(name);
      return super.loadClass(name, resolve);
    }

    @Override
    public URL getResource(String name) {
      return null;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      List<URL> found = Collections.list(super.getResources(name));
      found.removeIf(url -> url.getPath().startsWith(location));
      return Collections.enumeration(found);
    }
  }
}
