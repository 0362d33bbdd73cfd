package io.kudari.ml;

import io.kudari.data.DataException;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NumericAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.RegressionModel;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A network that says a number of rows, or some numbers: of a {@link KudariRegressor}, or {@link
 * #fromFolder of any run} of a regression.
 *
 * <p>{@link #transform} adds {@code prediction}: a double, or of several targets a dense vector,
 * whose metadata name them. Rows stay in their order with all that they have. It works on streams.
 * A prediction may differ in its last bits from what the same row has in another batch.
 *
 * <p>Setters are for one thread; all else is thread-safe.
 */
public final class KudariRegressionModel extends RegressionModel<Vector, KudariRegressionModel>
    implements InferenceParams<KudariRegressionModel>, MLWritable {

  private static final long serialVersionUID = 1;

  /** Without an initialiser: see {@link Uids}. */
  private String uid;

  private final TrainedNetwork network;
  private transient TrainingSummary summary;

  KudariRegressionModel(String uid, TrainedNetwork network) {
    this(Uids.claim(uid), network);
  }

  private KudariRegressionModel(Uids.Claim claimed, TrainedNetwork network) {
    this.uid = claimed.uid();
    this.network = network;
    Defaults.ofInference(this);
  }

  /**
   * The model of a run, or one that stands alone, as a stage.
   *
   * @param location the folder of the run or of the model: a path or URI
   * @throws DataException when there is none, it is damaged, or it is of classes; one line
   */
  public static KudariRegressionModel fromFolder(String location) {
    TrainedNetwork network = Folders.network(location);
    if (network.saved().schema().classes() > 0)
      throw new DataException(
          location + ": is a model of classes: KudariClassificationModel.fromFolder reads it");
    return new KudariRegressionModel(Uids.fresh("kudariRegressionModel"), network);
  }

  /** Reads what {@link #write} wrote. */
  public static KudariRegressionModel load(String path) {
    return read().load(path);
  }

  /** What reads a stage; pipelines ask for it. */
  public static MLReader<KudariRegressionModel> read() {
    return StageFiles.reader(KudariRegressionModel.class, KudariRegressionModel::new);
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
  public KudariRegressionModel copy(ParamMap extra) {
    KudariRegressionModel copy = new KudariRegressionModel(uid(), network);
    copy.summary = summary;
    return copyValues(copy, extra).setParent(parent());
  }

  @Override
  public int numFeatures() {
    return network.features();
  }

  /** How many numbers are predicted of a row. */
  public int numTargets() {
    return network.outputs();
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

  KudariRegressionModel with(TrainingSummary told) {
    summary = told;
    return this;
  }

  /**
   * The schema of what {@link #transform} gives.
   *
   * @throws IllegalArgumentException when a column is missing, of another type, or there already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    var unused = features(schema);
    return Schemas.with(schema, prediction());
  }

  private StructField prediction() {
    String name = getPredictionCol();
    if (numTargets() == 1 || name.isEmpty())
      return Schemas.field(name, DataTypes.DoubleType, false);
    Attribute[] targets =
        network.saved().schema().labels().stream()
            .map(target -> NumericAttribute.defaultAttr().withName(target))
            .toArray(Attribute[]::new);
    AttributeGroup group =
        targets.length == 0
            ? new AttributeGroup(name, numTargets())
            : new AttributeGroup(name, targets);
    return new StructField(name, SQLDataTypes.VectorType(), true, group.toMetadata());
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
            numTargets() == 1 ? new ValueOutput() : new VectorOutput(numTargets()),
            getInferBatchSize());
    return InternalRows.mapped(rows, task, to);
  }

  /**
   * The value of one example.
   *
   * @throws IllegalStateException when the model has several targets
   */
  @Override
  public double predict(Vector features) {
    if (numTargets() > 1)
      throw new IllegalStateException(
          "the model has " + numTargets() + " targets: predictTargets says them");
    return network.outputs(features.toArray())[0];
  }

  /** The values of one example, in the order of the targets. */
  public Vector predictTargets(Vector features) {
    return new VectorOutput(numTargets()).vector(network.outputs(features.toArray()), 0);
  }
}
