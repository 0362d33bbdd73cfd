package io.kudari.data.file;

import java.util.List;
import java.util.Map;
import org.apache.hadoop.util.VersionInfo;

/** Which artefact knows the file systems that Hadoop's client comes without. */
final class Connectors {

  /** Hadoop's own, of Hadoop's version: name of the artefact, and the schemes it serves. */
  private static final Map<String, List<String>> HADOOP =
      Map.of(
          "hadoop-aws", List.of("s3a"),
          "hadoop-azure", List.of("abfs", "abfss", "wasb", "wasbs"),
          "hadoop-azure-datalake", List.of("adl"),
          "hadoop-aliyun", List.of("oss"),
          "hadoop-cos", List.of("cosn"));

  private static final String GOOGLE =
      "com.google.cloud.bigdataoss:gcs-connector:hadoop3-2.2.26:shaded";

  private Connectors() {}

  /** What is to be done about a scheme whose class is missing; one sentence. */
  static String advice(String scheme) {
    if (scheme.equals("s3") || scheme.equals("s3n")) return "Hadoop reads S3 by s3a://";
    String artefact = scheme.equals("gs") ? GOOGLE : hadoop(scheme);
    return artefact == null
        ? "Hadoop knows no file system of scheme " + scheme
        : "its connector is missing: spark-submit adds it with --packages " + artefact;
  }

  private static String hadoop(String scheme) {
    return HADOOP.entrySet().stream()
        .filter(e -> e.getValue().contains(scheme))
        .map(e -> "org.apache.hadoop:" + e.getKey() + ":" + VersionInfo.getVersion())
        .findFirst()
        .orElse(null);
  }
}
