package io.kudari.ml;

import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.Regressor;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Trains a network that says a number of rows, or some numbers, inside the Spark application of
 * their data frame.
 *
 * <p>Features are as those of a {@link KudariClassifier}; labels are numbers, of one column or of
 * several ({@code labelCols}). The squared error is minimised. Parameters are the same bits however
 * rows are ordered or divided among partitions and tasks.
 *
 * <p>Setters are for one thread; {@link #fit} may be called by several, which then wait for each
 * other's slots.
 */
public final class KudariRegressor extends Regressor<Vector, KudariRegressor, KudariRegressionModel>
    implements TrainingParams<KudariRegressor>,
        TargetParams<KudariRegressor>,
        DefaultParamsWritable {

  private static final long serialVersionUID = 1;

  /** Without an initialiser: see {@link Uids}. */
  private String uid;

  /** With params of their defaults. */
  public KudariRegressor() {
    this(Uids.fresh("kudariRegressor"));
  }

  /** Of a name, which copies and stages that are loaded have. */
  public KudariRegressor(String uid) {
    this(Uids.claim(uid));
  }

  private KudariRegressor(Uids.Claim claimed) {
    this.uid = claimed.uid();
    Defaults.ofTraining(this);
    Defaults.ofTargets(this);
  }

  /** Reads what {@link #write} wrote. */
  public static KudariRegressor load(String path) {
    return read().load(path);
  }

  /** What reads a stage; pipelines ask for it. */
  public static MLReader<KudariRegressor> read() {
    return new DefaultParamsReader<>();
  }

  @Override
  public String uid() {
    if (uid == null) uid = Uids.take();
    return uid;
  }

  @Override
  public KudariRegressor copy(ParamMap extra) {
    return copyValues(new KudariRegressor(uid()), extra);
  }

  /**
   * The schema of what a model of this gives.
   *
   * @throws IllegalArgumentException when a column is missing, of another type, or there already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    FrameTraining.check(schema, this, getFeaturesCol(), labels());
    DataType one = labels().size() > 1 ? SQLDataTypes.VectorType() : DataTypes.DoubleType;
    return Schemas.with(schema, Schemas.field(getPredictionCol(), one, labels().size() > 1));
  }

  private List<String> labels() {
    return getLabelCols().length == 0 ? List.of(getLabelCol()) : List.of(getLabelCols());
  }

  /** Trains; Spark's own way is for a single column of labels, and for names without dots. */
  @Override
  public KudariRegressionModel fit(Dataset<?> rows) {
    StructType unused = transformSchema(rows.schema());
    return copyValues(train(rows).setParent(this), ParamMap.empty());
  }

  @Override
  public KudariRegressionModel train(Dataset<?> rows) {
    FrameTraining trained =
        FrameTraining.of(
            this, rows, getFeaturesCol(), labels(), Experiments.Columns.REGRESSION, List.of());
    return new KudariRegressionModel(uid(), trained.network()).with(trained.summary());
  }
}
