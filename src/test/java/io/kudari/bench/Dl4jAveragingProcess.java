package io.kudari.bench;

import io.kudari.data.Examples;
import io.kudari.data.Schema;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.dl4j.Nd4jSetup;
import io.kudari.engine.processor.NativeSetup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * The child JVM that trains with Deeplearning4j's ParameterAveragingTrainingMaster, written as its
 * users write it, on local threads. The native library is set up as for this project, so that the
 * difference lies in how the work is distributed.
 */
final class Dl4jAveragingProcess {

  /** How often a call of fit averages. */
  private static final int AVERAGINGS = 2;

  private Dl4jAveragingProcess() {}

  /**
   * Trains.
   *
   * @param args the case, seconds to warm up and to measure, batches between two averagings
   */
  public static void main(String[] args) throws Exception {
    Nd4jSetup.apply();
    System.out.println(NativeSetup.apply());
    TrainingCase problem = TrainingCase.parse(Arrays.asList(args));
    int frequency = Integer.parseInt(args[5]);
    SparkConf conf =
        new SparkConf()
            .setMaster("local[" + problem.workers() + "]")
            .setAppName("Deeplearning4j")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .set("spark.kryo.registrator", "org.nd4j.kryo.Nd4jRegistrator");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      spark.setLogLevel("WARN");
      List<DataSet> sets = data(problem, AVERAGINGS * frequency * problem.workers());
      JavaRDD<DataSet> data = spark.parallelize(sets, problem.workers());
      long examples = (long) sets.size() * problem.batch();
      var master =
          new ParameterAveragingTrainingMaster.Builder(problem.workers(), problem.batch())
              .batchSizePerWorker(problem.batch())
              .averagingFrequency(frequency)
              .workerPrefetchNumBatches(2)
              .rddTrainingApproach(RDDTrainingApproach.Direct)
              .build();
      SparkDl4jMultiLayer network = new SparkDl4jMultiLayer(spark, network(problem), master);
      fit(network, data, Double.parseDouble(args[3]));
      long start = System.nanoTime();
      int fits = fit(network, data, Double.parseDouble(args[4]));
      long nanos = System.nanoTime() - start;
      Rate.of(fits * examples, nanos, network.getScore()).print();
    }
    System.exit(0);
  }

  /** Calls fit for some seconds, at least once; returns how often. */
  private static int fit(SparkDl4jMultiLayer network, JavaRDD<DataSet> data, double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    int fits = 0;
    do {
      network.fit(data);
      fits++;
    } while (System.nanoTime() < end);
    return fits;
  }

  /** Batches, one a DataSet, so that no worker has to cut or join any. */
  private static List<DataSet> data(TrainingCase problem, int count) {
    Examples all =
        new DigitsSource(TrainingCase.EXAMPLES, TrainingCase.SEED)
            .load(
                new Configuration(),
                Schema.UNKNOWN,
                IntStream.range(0, TrainingCase.EXAMPLES).toArray());
    List<DataSet> sets = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      float[][] x = new float[problem.batch()][784];
      float[][] y = new float[problem.batch()][10];
      for (int i = 0; i < problem.batch(); i++) {
        int row = (s * problem.batch() + i) % TrainingCase.EXAMPLES;
        for (int j = 0; j < 784; j++) x[i][j] = (all.bytes()[row * 784 + j] & 0xff) / 255f;
        y[i][all.labels()[row]] = 1;
      }
      INDArray features = Nd4j.create(x);
      sets.add(new DataSet(features, Nd4j.create(y)));
    }
    return sets;
  }

  private static MultiLayerConfiguration network(TrainingCase problem) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(TrainingCase.SEED)
            .weightInit(WeightInit.RELU)
            .updater(new Nesterovs(TrainingCase.RATE, TrainingCase.MOMENTUM))
            .list();
    int hidden = problem.hidden();
    if (hidden == 0) {
      list.layer(
              new ConvolutionLayer.Builder(5, 5).nOut(20).activation(Activation.IDENTITY).build())
          .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
          .layer(
              new ConvolutionLayer.Builder(5, 5).nOut(50).activation(Activation.IDENTITY).build())
          .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
          .layer(new DenseLayer.Builder().nOut(500).activation(Activation.RELU).build());
    } else {
      list.layer(new DenseLayer.Builder().nOut(hidden).activation(Activation.RELU).build())
          .layer(new DenseLayer.Builder().nOut(hidden).activation(Activation.RELU).build());
    }
    return list.layer(
            new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .build())
        .setInputType(InputType.convolutionalFlat(28, 28, 1))
        .build();
  }
}
