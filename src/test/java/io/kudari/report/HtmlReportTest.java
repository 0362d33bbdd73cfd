package io.kudari.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import io.kudari.model.Evaluation;
import io.kudari.model.Figures;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.Shape;
import io.kudari.record.EventLog;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {

  @TempDir Path folder;

  @Test
  void figuresOfAClassificationAreOnThePage() throws Exception {
    log(
        started(2, 100),
        steps(1, 100),
        epoch(0, 50, three()),
        epoch(1, 100, three()),
        end(three()));
    put("summary.json", "{\"status\":\"stopped-early\",\"machine.cpu\":\"Cray-1\",\"seed\":null}");
    put("config.conf", "train { epochs = 2 }");
    Document page = report();
    String text = page.getDocumentElement().getTextContent();
    for (String expected :
        List.of("stopped early", "66.67 %", "Cray-1", "epochs = 2", "Confusion matrix", "Recall")) {
      assertTrue(text.contains(expected), expected);
    }
    List<String> titles = texts(page, "h2");
    for (String title : List.of("Loss", "Accuracy", "Learning rate", "Throughput")) {
      assertTrue(titles.contains(title), title);
    }
    // A mean of 5 ms of the 10 ms that each step but the first took.
    assertTrue(texts(page, "td").containsAll(List.of("compute", "5", "50 %", "10")));
    assertFalse(text.contains("NaN"));
  }

  @Test
  void everyDrawingHasAHintAndLabelledAxes() throws Exception {
    log(started(2, 100), steps(1, 100), epoch(0, 100, three()), end(three()));
    Document page = report();
    NodeList figures = page.getElementsByTagName("figure");
    assertTrue(figures.getLength() >= 7);
    for (int i = 0; i < figures.getLength(); i++) {
      Element figure = (Element) figures.item(i);
      Element hint = (Element) figure.getElementsByTagName("p").item(0);
      assertEquals("hint", hint.getAttribute("class"));
      assertTrue(hint.getTextContent().endsWith("."), hint.getTextContent());
    }
    List<String> labels = texts(page, "text");
    assertTrue(
        labels.containsAll(
            List.of("step", "mean loss of an example", "learning rate", "examples a second")));
  }

  @Test
  void thePageFetchesAndRunsNothing() throws Exception {
    log(started(1, 10), steps(1, 10), epoch(0, 10, three()), end(three()));
    report();
    String page = Files.readString(folder.resolve("report.html")).toLowerCase(Locale.ROOT);
    Pattern fetching =
        Pattern.compile("https?:|<script|<link|<img|\\ssrc=|href|url\\(|@import|\\son[a-z]+=");
    assertFalse(fetching.matcher(page).find());
  }

  @Test
  void hostileNamesAndSettingsAreOnlyText() throws Exception {
    String name = "</title><img src=x onerror='a(\"&\")'>";
    log(started(1, 10), steps(1, 10), epoch(0, 10, three()), end(three()));
    put(
        "model/task.json",
        "{\"classes\":[\"</title><img src=x"
            + " onerror='a(\\\"&\\\")'>\",\"\\u0000\\ud800\",\"]]>\"]}");
    put("summary.json", "{\"status\":\"<script>1</script>\",\"<b>\":\"</td>\"}");
    put("config.conf", "a = \"</pre><script>alert(1)</script>\"");
    Document page = report();
    assertEquals(0, page.getElementsByTagName("img").getLength());
    assertEquals(0, page.getElementsByTagName("script").getLength());
    assertEquals(List.of("a = \"</pre><script>alert(1)</script>\""), texts(page, "pre"));
    List<String> cells = texts(page, "td");
    assertTrue(cells.containsAll(List.of(name, "\ufffd\ufffd", "]]>", "<b>", "</td>")));
  }

  @Test
  void scoresOverAllClassesAreOnThePageWithTheErrorsOfTheirBins() throws Exception {
    Figures.OfClasses told = (Figures.OfClasses) figures(three());
    for (boolean few : new boolean[] {true, false}) {
      double area = few ? 0.875 : Double.NaN;
      Figures test =
          new Figures.OfClasses(
              told.examples(),
              told.loss(),
              told.accuracy(),
              told.topAccuracy(),
              told.precision(),
              told.recall(),
              told.f1(),
              told.confusion(),
              new Figures.Scores(0.25, 1.125, area, 0.00401, 0.5, 0.03));
      Event end = new Event.Finished("completed", 100, 2, -1, 61, test);
      log(started(1, 10), steps(1, 10), epoch(0, 10, three()), List.of(end));
      Document page = report();
      assertTrue(texts(page, "h2").contains("Over all classes"));
      List<String> cells = texts(page, "td");
      String roc = few ? "0.875 ± 0.0041" : Numbers.NONE;
      assertTrue(
          cells.containsAll(List.of("25 %", "1.125", "ROC AUC", roc, "0.5 ± 0.03")),
          cells::toString);
    }
    log(started(1, 10), steps(1, 10), epoch(0, 10, three()), end(three()));
    assertFalse(texts(report(), "h2").contains("Over all classes"), "of an older run");
  }

  @Test
  void anEndlessLossEndsTheCurveAndIsExplained() throws Exception {
    log(started(1, 400), steps(1, 100));
    log(List.of(step(101, Double.NaN), step(102, Double.POSITIVE_INFINITY)));
    Document page = report();
    assertEquals("diverged", texts(page, "span").get(0));
    assertTrue(warning(page).contains("at step 101"));
    assertFalse(Files.readString(folder.resolve("report.html")).contains("NaN"));
  }

  @Test
  void aDivergedRunWhoseLastStepWasNotRecordedIsExplained() throws Exception {
    log(started(1, 400), steps(1, 100));
    put("summary.json", "{\"status\":\"diverged\",\"test.accuracy\":null}");
    assertTrue(warning(report()).contains("after step 100"));
  }

  @Test
  void aRegressionHasErrorsInPlaceOfClasses() throws Exception {
    Evaluation found = Evaluation.ofTargets(Loss.MEAN_SQUARED_ERROR, 1);
    MiniBatch batch = MiniBatch.targeted(Shape.flat(1), 4, 1);
    for (int e = 0; e < 4; e++) batch.targets[e] = e + 1;
    batch.filled(4, null);
    found.add(batch, new float[] {1, 2, 3, 2});
    log(started(1, 10), steps(1, 10), epoch(0, 10, found), end(found));
    Document page = report();
    List<String> titles = texts(page, "h2");
    assertTrue(titles.containsAll(List.of("Validation error", "Errors of the predictions")));
    assertFalse(titles.contains("Confusion matrix"));
    List<String> cells = texts(page, "td");
    assertTrue(
        cells.containsAll(List.of("mean absolute error", "0.5", "R²", "0.2")), cells::toString);
  }

  @Test
  void withoutValidationAndTestThereAreOnlyTheCurvesOfTraining() throws Exception {
    log(started(1, 10), steps(1, 10), epoch(0, 10, null), end(null));
    assertEquals(
        List.of("Loss", "Learning rate", "Throughput", "Time of a step"), texts(report(), "h2"));
  }

  @Test
  void aRunThatWasKilledHasAReportOfWhatItWrote() throws Exception {
    log(started(1, 10), steps(1, 3));
    Files.writeString(
        folder.resolve("events.jsonl"), "{\"type\":\"stepDo", StandardOpenOption.APPEND);
    Document page = report();
    assertEquals("incomplete", texts(page, "span").get(0));
    assertTrue(warning(page).contains("1 lines"));
  }

  @Test
  void emptyOrOddEventsAreNoError() throws Exception {
    for (String events :
        List.of(
            "",
            "\n[]\n3\nnull\n",
            "{}\n",
            "{\"type\":\"stepDone\"}\n{\"type\":\"stepDone\",\"step\":2,\"loss\":\"x\"}\n",
            "{\"type\":\"epochDone\",\"validation\":{\"confusion\":[[1,2]]}}\n",
            "{\"type\":\"epochDone\",\"validation\":{\"confusion\":[[0,0],[0,0]],\"f1\":[null]}}\n",
            "{\"type\":\"started\",\"time\":7}\n{\"type\":\"finished\",\"test\":null}\n")) {
      put("events.jsonl", events);
      assertFalse(report().getDocumentElement().getTextContent().contains("NaN"), events);
    }
  }

  @Test
  void theOnlyStepAndEpochAreDrawnAsPoints() throws Exception {
    log(started(1, 1), steps(1, 1), epoch(0, 1, three()), end(null));
    assertTrue(report().getElementsByTagName("circle").getLength() >= 4);
  }

  @Test
  void stepsTakenAgainAfterARecoveryReplaceTheOldOnes() throws Exception {
    log(started(1, 10), steps(1, 8), steps(5, 6));
    RunRecord run = RunRecord.read(path(), new Configuration(), false);
    assertEquals(
        List.of(1L, 2L, 3L, 4L, 5L, 6L), run.steps().stream().map(RunRecord.Step::step).toList());
  }

  @Test
  void theNoiseScaleIsDrawnWithItsIntervalBesideTheBatch() throws Exception {
    log(started(1, 10), noise(1, Double.NaN, 30), steps(1, 3), noise(4, 90, 60), steps(4, 6));
    put("summary.json", "{\"noise.scale\":90,\"noise.batch\":5,\"noise.redundant\":0.0526}");
    Document page = report();
    assertTrue(texts(page, "h2").contains("Gradient noise scale"));
    String text = page.getDocumentElement().getTextContent();
    for (String expected : List.of("noise scale", "90% interval", "its upper end", "batch"))
      assertTrue(texts(page, "span").contains(expected), expected);
    assertTrue(text.contains("at the end 5.26 % of a batch of 5 were."), text);
    assertFalse(text.contains("NaN"));
  }

  @Test
  void aNoiseScaleOfWhichNothingIsKnownIsNotDrawn() throws Exception {
    log(started(1, 10), noise(1, Double.NaN, 0), steps(1, 3));
    assertFalse(texts(report(), "h2").contains("Gradient noise scale"));
  }

  @Test
  void bytesAreDrawnWhereAnyAreSent() throws Exception {
    log(started(1, 10), List.of(new Event.Scalar("sent-bytes", 20, 0)), steps(1, 3));
    assertFalse(texts(report(), "h2").contains("Sent bytes"));
    log(started(1, 10), List.of(new Event.Scalar("sent-bytes", 20, 7)), steps(1, 3));
    assertTrue(texts(report(), "h2").contains("Sent bytes"));
  }

  @Test
  void whatMetersToldIsDrawnAChartForEachBeginningOfTheirTags() throws Exception {
    List<Event> told =
        List.of(
            new Event.Scalar("gradient-norm/0.weight", 1, 3),
            new Event.Scalar("gradient-norm/2.weight", 1, 0.5),
            new Event.Scalar("parameter-norm/0.weight", 1, 7));
    log(started(1, 10), told, steps(1, 3));
    Document page = report();
    assertTrue(texts(page, "h2").containsAll(List.of("Gradient norm", "Parameter norm")));
    String all = page.getDocumentElement().getTextContent();
    assertTrue(all.contains("0.weight") && all.contains("2.weight"), "each line is named");
  }

  @Test
  void whatALossyExchangeSavesAndLosesIsDrawn() throws Exception {
    List<Event> told =
        List.of(
            new Event.Scalar("compression-ratio", 20, 49.5),
            new Event.Scalar("residual-norm", 20, 2.25),
            new Event.Scalar("compression-ratio", 40, 49.75),
            new Event.Scalar("residual-norm", 40, 8.5),
            new Event.Scalar("residual-norm", 60, 8));
    log(started(1, 10), told, steps(1, 3));
    Document page = report();
    assertEquals(2, pointsUnder("Compression ratio", page));
    assertEquals(3, pointsUnder("Residual norm", page));
  }

  /** How many points the line of the chart with this title has, which labels its axis too. */
  private static int pointsUnder(String title, Document page) {
    NodeList figures = page.getElementsByTagName("figure");
    for (int i = 0; i < figures.getLength(); i++) {
      Element figure = (Element) figures.item(i);
      if (!figure.getElementsByTagName("h2").item(0).getTextContent().equals(title)) continue;
      assertTrue(figure.getTextContent().contains(title.toLowerCase(Locale.ROOT)), "its axis");
      NodeList paths = figure.getElementsByTagName("path");
      Element line = (Element) paths.item(paths.getLength() - 1);
      assertTrue(line.getAttribute("class").startsWith("line"), line.getAttribute("class"));
      return line.getAttribute("d").split("[ML]", -1).length - 1;
    }
    throw new AssertionError("no chart " + title);
  }

  private static List<Event> noise(long step, double value, double low) {
    return List.of(
        new Event.Scalar("noise-scale", step, value),
        new Event.Scalar("noise-scale.low", step, low),
        new Event.Scalar("noise-scale.high", step, value * 2));
  }

  @Test
  void eventsOfOtherTypesAreShown() throws Exception {
    log(started(1, 10), steps(1, 2));
    log(List.of(new Event.Recovered(1, 1, 3, "rank 2: killed", 0.5)));
    List<String> cells = texts(report(), "td");
    assertTrue(
        cells.contains("recovered")
            && cells.stream().anyMatch(c -> c.contains("\"reason\":\"rank 2: killed\"")),
        cells::toString);
  }

  @Test
  void whatWasSavedAndWhenTheRunWentOnIsTold() throws Exception {
    log(
        started(1, 10),
        List.of(new Event.Saved(1, 0.5, 2048), new Event.SaveFailed(2, "IOException: full")),
        steps(1, 3),
        List.of(new Event.Resumed(1, 0, List.of("step-000000000003: is damaged"))),
        List.of(new Event.Started("driver", "gradient-sharing", 2, 2, 4, 90, 500, 60, 70, 1, 10)),
        steps(2, 4));
    Document page = report();
    String notes = String.join("\n", texts(page, "p"));
    assertTrue(notes.contains("resumed at step 1, without step-000000000003: is damaged."), notes);
    assertTrue(notes.contains("1 checkpoint was written"), notes);
    assertTrue(warning(page).contains("the last was that of step 2: IOException: full"), notes);
    assertTrue(notes.contains("Strategy driver"), notes);
    RunRecord run = RunRecord.read(path(), new Configuration(), false);
    assertEquals(List.of(1L, 2L, 3L, 4L), run.steps().stream().map(RunRecord.Step::step).toList());
  }

  @Test
  void aLongRunWithManyClassesStaysASmallPage() throws Exception {
    int[] labels = IntStream.range(0, 200).toArray();
    float[] output = new float[200 * 200];
    for (int e = 0; e < 200; e++) output[e * 200 + e * 7 % 200] = 1;
    Evaluation many = classified(labels, output);
    log(started(1, 5000), steps(1, 5000), end(many));
    Document page = report();
    NodeList paths = page.getElementsByTagName("path");
    for (int i = 0; i < paths.getLength(); i++) {
      Element path = (Element) paths.item(i);
      if (!path.getAttribute("class").startsWith("line")) continue;
      assertTrue(path.getAttribute("d").split("[ML]", -1).length <= Curves.POINTS + 1);
    }
    assertTrue(Files.size(folder.resolve("report.html")) < 200_000);
    assertTrue(texts(page, "summary").contains("all 200 classes"));
  }

  @Test
  void aLossOverMoreThanTwoDecadesIsDrawnLogarithmically() throws Exception {
    log(List.of(step(1, 10), step(2, 0.2)));
    assertFalse(texts(report(), "text").contains("mean loss of an example (logarithmic)"));
    log(List.of(step(3, 0.05), step(4, 0)));
    assertTrue(texts(report(), "text").contains("mean loss of an example (logarithmic)"));
  }

  @Test
  void aFolderWithoutEventsIsAnErrorThatNamesTheFile() {
    IOException e =
        assertThrows(
            FileNotFoundException.class, () -> HtmlReport.write(path(), new Configuration()));
    assertTrue(e.getMessage().contains("events.jsonl"));
  }

  @Test
  void aSummaryThatIsNotJsonIsAnErrorThatNamesTheFile() throws IOException {
    put("events.jsonl", "");
    put("summary.json", "{");
    IOException e =
        assertThrows(IOException.class, () -> HtmlReport.write(path(), new Configuration()));
    assertTrue(e.getMessage().endsWith("summary.json: is not JSON"), e.getMessage());
  }

  private static List<Event> started(int epochs, long steps) {
    return List.of(
        new Event.Started("serial", "gradient-sharing", 1, 2, 4, 90, 500, 60, 70, epochs, steps));
  }

  private static Event step(long step, double loss) {
    StepTimes times = new StepTimes(5_000_000, 2_000_000, 1_500_000, 1_000_000, 500_000);
    return new Event.StepDone(step, 0, 5, 5, loss, 0.1, times);
  }

  private static List<Event> steps(long from, long to) {
    List<Event> steps = new ArrayList<>();
    for (long s = from; s <= to; s++) steps.add(step(s, 1 + 1.0 / s));
    return steps;
  }

  private static List<Event> epoch(int epoch, long step, Evaluation validation) {
    return List.of(new Event.EpochDone(epoch, step, 0.5, figures(validation), 1));
  }

  private static List<Event> end(Evaluation test) {
    return List.of(new Event.Finished("completed", 100, 2, -1, 61, figures(test)));
  }

  private static Figures figures(Evaluation evaluation) {
    return evaluation == null ? null : Figures.of(evaluation);
  }

  /** Two of three right. */
  private static Evaluation three() {
    float[] output = {0.8f, 0.1f, 0.1f, 0.1f, 0.8f, 0.1f, 0.1f, 0.8f, 0.1f};
    return classified(new int[] {0, 1, 2}, output);
  }

  /** As many classes as examples. */
  private static Evaluation classified(int[] labels, float[] output) {
    MiniBatch batch = MiniBatch.labelled(Shape.flat(1), labels.length);
    System.arraycopy(labels, 0, batch.labels, 0, labels.length);
    batch.filled(labels.length, null);
    Evaluation found = Evaluation.ofClasses(Loss.CROSS_ENTROPY, labels.length);
    found.add(batch, output);
    return found;
  }

  /** Appends to what the folder's log holds. */
  @SafeVarargs
  private void log(List<Event>... parts) throws IOException {
    Path file = folder.resolve("events.jsonl");
    var out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    try (EventLog log = new EventLog(out, java.time.Clock.systemUTC(), System::nanoTime)) {
      for (List<Event> part : parts) part.forEach(log);
    }
  }

  private void put(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private org.apache.hadoop.fs.Path path() {
    return new org.apache.hadoop.fs.Path(folder.toUri());
  }

  private Document report() throws Exception {
    HtmlReport.write(path(), new Configuration());
    String page = Files.readString(folder.resolve("report.html"));
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page)));
  }

  private static List<String> texts(Document page, String element) {
    NodeList found = page.getElementsByTagName(element);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) texts.add(found.item(i).getTextContent().strip());
    return texts;
  }

  private static String warning(Document page) {
    NodeList paragraphs = page.getElementsByTagName("p");
    for (int i = 0; i < paragraphs.getLength(); i++) {
      Element p = (Element) paragraphs.item(i);
      if (p.getAttribute("class").endsWith("warning")) return p.getTextContent();
    }
    return "";
  }
}
