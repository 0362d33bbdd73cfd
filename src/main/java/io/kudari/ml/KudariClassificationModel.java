package io.kudari.ml;

import io.kudari.data.DataException;
import io.kudari.model.Loss;
import java.util.List;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Tuple3;

/**
 * A network that says of rows which class they are: of a {@link KudariClassifier}, or {@link
 * #fromFolder of any run}.
 *
 * <p>{@link #transform} adds {@code rawPrediction}, the natural logarithms of the probabilities,
 * {@code probability} and {@code prediction}, in this order; a column whose name is set to "" is
 * not made. Rows stay in their order with all that they have. It works on streams. A probability
 * may differ in its last bits from what the same row has in another batch.
 *
 * <p>Setters are for one thread; all else is thread-safe.
 */
public final class KudariClassificationModel
    extends ProbabilisticClassificationModel<Vector, KudariClassificationModel>
    implements InferenceParams<KudariClassificationModel>, MLWritable {

  private static final long serialVersionUID = 1;

  /** Without an initialiser: see {@link Uids}. */
  private String uid;

  private final TrainedNetwork network;
  private transient TrainingSummary summary;

  KudariClassificationModel(String uid, TrainedNetwork network) {
    this(Uids.claim(uid), network);
  }

  private KudariClassificationModel(Uids.Claim claimed, TrainedNetwork network) {
    this.uid = claimed.uid();
    this.network = network;
    Defaults.ofInference(this);
  }

  /**
   * The model of a run, or one that stands alone, as a stage.
   *
   * @param location the folder of the run or of the model: a path or URI
   * @throws DataException when there is none, it is damaged, or it is of a regression; one line
   */
  public static KudariClassificationModel fromFolder(String location) {
    TrainedNetwork network = Folders.network(location);
    if (network.saved().schema().classes() == 0)
      throw new DataException(
          location + ": is a model of a regression: KudariRegressionModel.fromFolder reads it");
    return new KudariClassificationModel(Uids.fresh("kudariClassificationModel"), network);
  }

  /** Reads what {@link #write} wrote. */
  public static KudariClassificationModel load(String path) {
    return read().load(path);
  }

  /** What reads a stage; pipelines ask for it. */
  public static MLReader<KudariClassificationModel> read() {
    return StageFiles.reader(KudariClassificationModel.class, KudariClassificationModel::new);
  }

  /** What writes this stage: {@code metadata}, and {@code model}, a model's folder. */
  @Override
  public MLWriter write() {
    return StageFiles.writer(this, network);
  }

  @Override
  public String uid() {
    if (uid == null) uid = Uids.take();
    return uid;
  }

  @Override
  public KudariClassificationModel copy(ParamMap extra) {
    KudariClassificationModel copy = new KudariClassificationModel(uid(), network);
    copy.summary = summary;
    return copyValues(copy, extra).setParent(parent());
  }

  @Override
  public int numClasses() {
    return network.outputs();
  }

  @Override
  public int numFeatures() {
    return network.features();
  }

  /** Names of the classes, in the order of their numbers. */
  public List<String> classNames() {
    return network.saved().schema().names();
  }

  /** Whether it was fitted here, rather than loaded. */
  public boolean hasSummary() {
    return summary != null;
  }

  /**
   * What its training told.
   *
   * @throws IllegalStateException when it was loaded
   */
  public TrainingSummary summary() {
    if (summary == null)
      throw new IllegalStateException("No training summary available for " + uid());
    return summary;
  }

  KudariClassificationModel with(TrainingSummary told) {
    summary = told;
    return this;
  }

  /**
   * The schema of what {@link #transform} gives.
   *
   * @throws IllegalArgumentException when a column is missing, of another type, or there already,
   *     or thresholds are not as many as classes
   */
  @Override
  public StructType transformSchema(StructType schema) {
    ClassOutputs.check(thresholdsOrNone(), numClasses());
    var unused = features(schema);
    StructType raw = Schemas.with(schema, vector(getRawPredictionCol()));
    StructType probable = Schemas.with(raw, vector(getProbabilityCol()));
    return Schemas.with(
        probable, new StructField(getPredictionCol(), DataTypes.DoubleType, false, classes()));
  }

  private StructField vector(String name) {
    DataType type = SQLDataTypes.VectorType();
    Metadata size =
        name.isEmpty() ? Metadata.empty() : new AttributeGroup(name, numClasses()).toMetadata();
    return new StructField(name, type, true, size);
  }

  private Metadata classes() {
    if (getPredictionCol().isEmpty()) return Metadata.empty();
    return NominalAttribute.defaultAttr()
        .withName(getPredictionCol())
        .withValues(classNames().toArray(String[]::new))
        .toMetadata();
  }

  private Features features(StructType schema) {
    return Features.of(schema, this, getFeaturesCol(), network.saved().input());
  }

  @Override
  public Dataset<Row> transform(Dataset<?> rows) {
    StructType to = transformSchema(rows.schema());
    if (to.size() == rows.schema().size()) return rows.toDF();
    Features features = features(rows.schema());
    Transformation task =
        new Transformation(
            network.sent(rows.sparkSession().sparkContext()),
            features,
            outputs(),
            getInferBatchSize());
    return InternalRows.mapped(rows, task, to);
  }

  private double[] thresholdsOrNone() {
    return isDefined(thresholds()) ? getThresholds() : new double[0];
  }

  private ClassOutputs outputs() {
    double[] thresholds = thresholdsOrNone();
    ClassOutputs.check(thresholds, numClasses());
    return new ClassOutputs(
        numClasses(),
        network.saved().loss() == Loss.CROSS_ENTROPY,
        !getRawPredictionCol().isEmpty(),
        !getProbabilityCol().isEmpty(),
        !getPredictionCol().isEmpty(),
        thresholds);
  }

  /** The class of one example. */
  @Override
  public double predict(Vector features) {
    return outputs().decide(probabilities(features));
  }

  /** Natural logarithms of the probabilities of one example's classes. */
  @Override
  public Vector predictRaw(Vector features) {
    return Vectors.dense(ClassOutputs.logarithms(probabilities(features)));
  }

  /** Probabilities of one example's classes. */
  @Override
  public Vector predictProbability(Vector features) {
    return Vectors.dense(probabilities(features));
  }

  private double[] probabilities(Vector features) {
    return outputs().probabilities(network.outputs(features.toArray()), 0);
  }

  @Override
  public Vector raw2probabilityInPlace(Vector raw) {
    ClassOutputs.softmax(((DenseVector) raw).values());
    return raw;
  }

  /** Two classes of Spark's have a method of this name, of which Java wants one chosen. */
  @Override
  @SuppressWarnings({"rawtypes", "unchecked"})
  public Tuple3 findSummaryModel() {
    return super.findSummaryModel();
  }
}
