package io.kudari;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileReader;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Which package may use which: arrows point downwards in the list, and only along it. */
class ArchitectureTest {

  private static final String ROOT = "io.kudari";

  /** Each package with those it names; it may use what these may use as well. */
  private static final Map<String, List<String>> USES = new LinkedHashMap<>();

  static {
    USES.put("math", List.of());
    USES.put("setting", List.of());
    USES.put("model", List.of("math"));
    USES.put("event", List.of("model"));
    USES.put("state", List.of("math"));
    USES.put("collective", List.of("math"));
    USES.put("optim.fullbatch", List.of("math"));
    USES.put("optim", List.of("optim.fullbatch", "setting"));
    USES.put("optim.schedule", List.of("optim"));
    USES.put("optim.noise", List.of("math"));
    USES.put("data.order", List.of());
    USES.put("data", List.of("model", "data.order"));
    USES.put("data.file", List.of("data"));
    USES.put("data.format", List.of("data.file"));
    USES.put("data.digits", List.of("data"));
    USES.put("exchange.codec", List.of("math", "setting"));
    USES.put("exchange", List.of("exchange.codec", "collective", "state"));
    USES.put("train.plan", List.of("optim.schedule", "model"));
    USES.put("train", List.of("train.plan", "optim.noise", "data", "event", "exchange"));
    USES.put("train.algorithm", List.of("train"));
    USES.put("train.meter", List.of("train"));
    USES.put("train.worker", List.of("train"));
    USES.put("record", List.of("train", "data.file"));
    USES.put("checkpoint", List.of("train", "data.file"));
    USES.put(
        "config",
        List.of("train.algorithm", "train.meter", "checkpoint", "data.format", "data.digits"));
    USES.put("engine", List.of());
    USES.put("engine.processor", List.of("model"));
    USES.put("engine.program", List.of("engine.processor", "model"));
    USES.put("engine.dl4j", List.of("engine", "engine.program", "data"));
    USES.put("spark.cluster", List.of("event"));
    USES.put("spark.link", List.of("spark.cluster", "collective"));
    USES.put("spark.coordinator", List.of("spark.link", "train"));
    USES.put("spark.data", List.of("train", "collective", "data.format", "spark.cluster"));
    USES.put("spark.recovery", List.of("spark.coordinator", "spark.data", "train.worker"));
    USES.put("spark", List.of("spark.recovery"));
    USES.put("report", List.of("event", "data.file"));
    // No Spark of ours below it: a history server has the jar of this package, and natives of none.
    USES.put("spark.ui", List.of("report"));
    USES.put("run", List.of("spark.ui", "record", "spark", "engine.dl4j", "config"));
    USES.put("inference", List.of("run"));
    USES.put("lab", List.of("run"));
    USES.put("lab.descent", List.of("lab"));
    USES.put("lab.batches", List.of("lab"));
    USES.put("lab.landscape", List.of("lab"));
    USES.put("lab.network", List.of("lab"));
    USES.put("lab.weights", List.of("lab.network"));
    USES.put("lab.normalisation", List.of("lab.network"));
    USES.put("lab.generalisation", List.of("lab.network"));
    USES.put(
        "lab.experiment",
        List.of(
            "lab.descent",
            "lab.batches",
            "lab.landscape",
            "lab.weights",
            "lab.normalisation",
            "lab.generalisation",
            "lab.network"));
    USES.put("ml", List.of("run"));
    USES.put("compare", List.of("run"));
    USES.put("cli", List.of("ml", "lab.experiment", "inference", "compare"));
  }

  /** Libraries that are confined to some packages. */
  private static final Map<List<String>, Set<String>> LIBRARIES =
      Map.of(
          List.of("org.deeplearning4j..", "org.nd4j.."),
          Set.of("engine.dl4j", "compare"),
          List.of("org.bytedeco.."),
          Set.of("engine.dl4j", "engine.program", "engine.processor"),
          List.of("org.apache.commons.text.."),
          Set.of("setting"),
          List.of("org.apache.spark.."),
          Set.of(
              "spark",
              "spark.cluster",
              "spark.link",
              "spark.coordinator",
              "spark.data",
              "spark.recovery",
              "spark.ui",
              "run",
              "inference",
              "compare",
              "ml"),
          List.of("org.apache.hadoop.."),
          Set.of(
              "data",
              "data.file",
              "data.format",
              "data.digits",
              "train",
              "train.worker",
              "record",
              "checkpoint",
              "config",
              "cli",
              "inference",
              "ml",
              "run",
              "spark",
              "spark.cluster",
              "spark.data",
              "spark.recovery",
              "report"));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @TestFactory
  Stream<DynamicTest> packagesUseOnlyWhatIsBelowThem() {
    return USES.keySet().stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      Set<String> forbidden = new TreeSet<>(USES.keySet());
                      forbidden.removeAll(reachable(name));
                      check(name, packages(forbidden));
                    }));
  }

  @TestFactory
  Stream<DynamicTest> librariesStayWhereTheyBelong() {
    return LIBRARIES.entrySet().stream()
        .flatMap(
            e ->
                USES.keySet().stream()
                    .filter(name -> !e.getValue().contains(name))
                    .map(
                        name ->
                            DynamicTest.dynamicTest(
                                name + " without " + e.getKey().get(0),
                                () -> check(name, e.getKey()))));
  }

  /** A clock that somebody sets may jump an hour either way: it is for showing, not for waiting. */
  @Test
  void nothingButTheTimesOfEventsGoesByAClockThatIsSet() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + ".record.EventLog")
        .and()
        .doNotHaveFullyQualifiedName(ROOT + ".record.TensorBoardLog")
        .and()
        .doNotHaveFullyQualifiedName(ROOT + ".spark.ui.Gathering")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethodWhere(
            target(owner(assignableTo(Clock.class)))
                .or(target(owner(assignableTo(Instant.class))).and(target(name("now"))))
                .or(target(owner(equivalentTo(Date.class)))))
        .check(CLASSES);
  }

  @Test
  void onlyTheCommandTouchesTheTerminalAndSignalsAndEndsTheProcess() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".cli..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("sun.misc.Signal")
        .check(CLASSES);
  }

  @Test
  void everyPackageIsInTheList() {
    Set<String> unknown = new TreeSet<>();
    CLASSES.forEach(
        c -> {
          String name = c.getPackageName().substring(ROOT.length()).replaceFirst("^\\.", "");
          if (!USES.containsKey(name)) unknown.add(c.getName());
        });
    assertEquals(Set.of(), unknown, "classes outside of the packages of the design");
  }

  /** It is reachable by way of {@code run}, which hides it from whoever trains. */
  @Test
  void theLabKnowsNoSpark() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".lab..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".spark..")
        .check(CLASSES);
  }

  /** So that each is looked up and refused in the same way, and no name goes around that. */
  @Test
  void fileSystemsAreLookedUpInOnePlaceAndLocalFilesAreReadThroughThem() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("io.kudari.data.file.Location")
        .should()
        .callMethod(Path.class, "getFileSystem", Configuration.class)
        .orShould()
        .callMethodWhere(
            target(owner(equivalentTo(FileSystem.class)))
                .and(target(nameMatching("get|newInstance|getLocal"))))
        .orShould()
        .callConstructor(FileInputStream.class, String.class)
        .orShould()
        .callConstructor(FileInputStream.class, File.class)
        .orShould()
        .callConstructor(FileReader.class, File.class)
        .check(CLASSES);
  }

  private static void check(String name, List<String> forbidden) {
    if (forbidden.isEmpty()) return;
    ArchRule rule =
        noClasses()
            .that()
            .resideInAPackage(ROOT + "." + name)
            .should()
            .dependOnClassesThat(resideInAnyPackage(forbidden.toArray(String[]::new)))
            .allowEmptyShould(true);
    rule.check(CLASSES);
  }

  private static List<String> packages(Set<String> names) {
    return names.stream().map(name -> ROOT + "." + name).toList();
  }

  /** The package itself and all it may use. */
  private static Set<String> reachable(String name) {
    Set<String> found = new TreeSet<>();
    List<String> open = new ArrayList<>(List.of(name));
    while (!open.isEmpty()) {
      String next = open.remove(open.size() - 1);
      if (found.add(next)) open.addAll(USES.get(next));
    }
    return found;
  }
}
