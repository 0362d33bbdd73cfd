package io.kudari.run;

import io.kudari.checkpoint.Origin;
import io.kudari.config.Experiment;
import io.kudari.data.Description;
import io.kudari.engine.processor.LoadedLibraries;
import io.kudari.engine.processor.NativeSetup;
import io.kudari.engine.processor.Processor;
import io.kudari.engine.program.ProgramModel;
import io.kudari.math.Fingerprint;
import io.kudari.model.ModelSpec;
import io.kudari.spark.SparkStart;
import io.kudari.train.DataPlan;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/** What a run's checkpoints say they came from. */
final class Origins {

  private Origins() {}

  static Origin of(Experiment experiment, DataPlan data, ModelSpec model) {
    TreeMap<String, String> sources = new TreeMap<>();
    sources.put("data.train", shown(data.description()));
    if (data.testDescriptionOrNull() != null)
      sources.put("data.test", shown(data.testDescriptionOrNull()));
    String described = experiment.model().json() + "\n" + model.layout().segments();
    return new Origin(
        experiment.resolved(),
        Fingerprint.sha256(described.getBytes(StandardCharsets.UTF_8)),
        sources,
        versions(model));
  }

  private static String shown(Description d) {
    return d.examples()
        + " examples of "
        + d.shape()
        + ", "
        + (d.classes() > 0 ? d.classes() + " classes " + d.classNames() : d.targets() + " targets")
        + ", sha256 "
        + d.fingerprint();
  }

  /** Of all that has a part in the arithmetic. */
  private static TreeMap<String, String> versions(ModelSpec model) {
    TreeMap<String, String> versions = new TreeMap<>();
    versions.put("kudari", Version.current());
    versions.put("java", Runtime.version().toString());
    versions.put("spark", SparkStart.version());
    versions.put("hadoop", org.apache.hadoop.util.VersionInfo.getVersion());
    versions.put("openblas", NativeSetup.openBlasVersion());
    versions.put("onednn", NativeSetup.oneDnnVersion());
    versions.put("kernels", NativeSetup.kernels());
    if (!(model instanceof ProgramModel)) versions.put("nd4j", LoadedLibraries.nd4j());
    versions.put("processor", Processor.current().model());
    return versions;
  }
}
