package io.kudari.ml;

import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.BinaryAttribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.classification.ProbabilisticClassifier;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MetadataUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * Trains a network that says of rows which class they are, inside the Spark application of their
 * data frame.
 *
 * <pre>{@code
 * KudariClassifier classifier = new KudariClassifier().setHiddenLayers(128).setEpochs(20);
 * KudariClassificationModel model = classifier.fit(rows);
 * }</pre>
 *
 * <p>Features are one column of vectors or arrays of numbers, all of one size, of images as Spark
 * reads them, or of unsigned bytes; or several columns of numbers, booleans and vectors ({@code
 * featuresCols}). Labels are whole numbers from 0. There are as many classes as the label's
 * metadata say, else one more than the highest label. Parameters are the same bits however rows are
 * ordered or divided among partitions and tasks.
 *
 * <p>Setters are for one thread; {@link #fit} may be called by several, which then wait for each
 * other's slots.
 */
public final class KudariClassifier
    extends ProbabilisticClassifier<Vector, KudariClassifier, KudariClassificationModel>
    implements TrainingParams<KudariClassifier>, DefaultParamsWritable {

  private static final long serialVersionUID = 1;

  /** Without an initialiser: see {@link Uids}. */
  private String uid;

  /** With params of their defaults. */
  public KudariClassifier() {
    this(Uids.fresh("kudariClassifier"));
  }

  /** Of a name, which copies and stages that are loaded have. */
  public KudariClassifier(String uid) {
    this(Uids.claim(uid));
  }

  private KudariClassifier(Uids.Claim claimed) {
    this.uid = claimed.uid();
    Defaults.ofTraining(this);
  }

  /** Reads what {@link #write} wrote. */
  public static KudariClassifier load(String path) {
    return read().load(path);
  }

  /** What reads a stage; pipelines ask for it. */
  public static MLReader<KudariClassifier> read() {
    return new DefaultParamsReader<>();
  }

  @Override
  public String uid() {
    if (uid == null) uid = Uids.take();
    return uid;
  }

  @Override
  public KudariClassifier copy(ParamMap extra) {
    return copyValues(new KudariClassifier(uid()), extra);
  }

  /**
   * The schema of what a model of this adds to, as far as it is known before training: without the
   * classes.
   *
   * @throws IllegalArgumentException when a column is missing, of another type, or there already,
   *     or thresholds are not as many as the classes that the label's metadata tell of
   */
  @Override
  public StructType transformSchema(StructType schema) {
    FrameTraining.check(schema, this, getFeaturesCol(), List.of(getLabelCol()));
    int classes = classes(schema.apply(getLabelCol()));
    if (classes > 0 && isDefined(thresholds())) ClassOutputs.check(getThresholds(), classes);
    StructType raw = Schemas.with(schema, field(getRawPredictionCol()));
    StructType probable = Schemas.with(raw, field(getProbabilityCol()));
    return Schemas.with(probable, Schemas.field(getPredictionCol(), DataTypes.DoubleType, false));
  }

  private static StructField field(String name) {
    return Schemas.field(name, SQLDataTypes.VectorType(), true);
  }

  /** Trains; Spark's own way makes labels and weights doubles, but none whose name has a dot. */
  @Override
  public KudariClassificationModel fit(Dataset<?> rows) {
    StructType unused = transformSchema(rows.schema());
    return copyValues(train(rows).setParent(this), ParamMap.empty());
  }

  @Override
  public KudariClassificationModel train(Dataset<?> rows) {
    StructField label = rows.schema().apply(getLabelCol());
    FrameTraining trained =
        FrameTraining.of(
            this, rows, getFeaturesCol(), List.of(getLabelCol()), classes(label), names(label));
    return new KudariClassificationModel(uid(), trained.network()).with(trained.summary());
  }

  /** How many classes a label's metadata tell of, or 0. */
  private static int classes(StructField label) {
    Option<Object> known = MetadataUtils.getNumClasses(label);
    return known.isEmpty() ? 0 : (Integer) known.get();
  }

  /** Names of the classes that a label's metadata have, or none. */
  private static List<String> names(StructField label) {
    Attribute attribute = Attribute.fromStructField(label);
    Option<String[]> names = Option.empty();
    if (attribute instanceof NominalAttribute a) names = a.values();
    if (attribute instanceof BinaryAttribute a) names = a.values();
    return names.isEmpty() ? List.of() : List.of(names.get());
  }
}
