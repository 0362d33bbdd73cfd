package io.kudari.lab.experiment;

import io.kudari.lab.Experiment;
import io.kudari.lab.batches.GradientNoise;
import io.kudari.lab.batches.MicroBatches;
import io.kudari.lab.batches.Redundancy;
import io.kudari.lab.batches.SecondOrderNoise;
import io.kudari.lab.batches.Updates;
import io.kudari.lab.descent.AdamStart;
import io.kudari.lab.descent.BealeRace;
import io.kudari.lab.descent.Bowl;
import io.kudari.lab.descent.Conditioning;
import io.kudari.lab.descent.ConjugateDirections;
import io.kudari.lab.descent.CoordinateSweeps;
import io.kudari.lab.descent.EffectiveRate;
import io.kudari.lab.descent.Escape;
import io.kudari.lab.descent.Evolution;
import io.kudari.lab.descent.Forms;
import io.kudari.lab.descent.GradientCheck;
import io.kudari.lab.descent.LongValley;
import io.kudari.lab.descent.NaturalGradient;
import io.kudari.lab.descent.Preconditioner;
import io.kudari.lab.descent.Rates;
import io.kudari.lab.descent.Saddle;
import io.kudari.lab.descent.Schedules;
import io.kudari.lab.descent.SparseFeatures;
import io.kudari.lab.descent.SumOrMean;
import io.kudari.lab.descent.ValleyPaths;
import io.kudari.lab.generalisation.BiasVariance;
import io.kudari.lab.generalisation.EarlyStop;
import io.kudari.lab.generalisation.WeightDecay;
import io.kudari.lab.generalisation.Wiggle;
import io.kudari.lab.landscape.Cliff;
import io.kudari.lab.landscape.GoodMinima;
import io.kudari.lab.landscape.Plateau;
import io.kudari.lab.landscape.Surrogate;
import io.kudari.lab.landscape.Symmetry;
import io.kudari.lab.landscape.Xor;
import io.kudari.lab.network.Batches;
import io.kudari.lab.network.ExampleOrder;
import io.kudari.lab.network.Online;
import io.kudari.lab.network.OptimizerRace;
import io.kudari.lab.network.RatesOfDigits;
import io.kudari.lab.network.StartValues;
import io.kudari.lab.network.Throughput;
import io.kudari.lab.normalisation.BatchNorm;
import io.kudari.lab.normalisation.BatchPlace;
import io.kudari.lab.normalisation.BatchScale;
import io.kudari.lab.normalisation.BatchShape;
import io.kudari.lab.normalisation.BatchShift;
import io.kudari.lab.normalisation.Normalising;
import io.kudari.lab.weights.Activations;
import io.kudari.lab.weights.BackSignal;
import io.kudari.lab.weights.DeadUnits;
import io.kudari.lab.weights.Gauss;
import io.kudari.lab.weights.Orthogonal;
import io.kudari.lab.weights.Pretraining;
import io.kudari.lab.weights.SmallWeights;
import io.kudari.lab.weights.ZeroStart;
import io.kudari.setting.Nearest;
import java.util.List;

/** All experiments by name: the list to add one to. */
public final class Experiments {

  /** In the order in which they are run and shown. */
  public static final List<Experiment> ALL =
      List.of(
          new Rates(),
          new Bowl(),
          new ValleyPaths(),
          new BealeRace(),
          new Saddle(),
          new LongValley(),
          new Conditioning(),
          new Forms(),
          new AdamStart(),
          new EffectiveRate(),
          new SparseFeatures(),
          new Schedules(),
          new GradientCheck(),
          new ConjugateDirections(),
          new CoordinateSweeps(),
          new NaturalGradient(),
          new Preconditioner(),
          new Evolution(),
          new SumOrMean(),
          new MicroBatches(),
          new Updates(),
          new Batches(),
          new GradientNoise(),
          new Escape(),
          new ExampleOrder(),
          new Redundancy(),
          new Online(),
          new Throughput(),
          new SecondOrderNoise(),
          new Symmetry(),
          new Xor(),
          new GoodMinima(),
          new Plateau(),
          new Cliff(),
          new Surrogate(),
          new Gauss(),
          new Activations(),
          new ZeroStart(),
          new BackSignal(),
          new DeadUnits(),
          new Orthogonal(),
          new SmallWeights(),
          new StartValues(),
          new Pretraining(),
          new Normalising(),
          new BatchShape(),
          new BatchShift(),
          new BatchScale(),
          new BatchPlace(),
          new BatchNorm(),
          new Wiggle(),
          new BiasVariance(),
          new EarlyStop(),
          new WeightDecay(),
          new RatesOfDigits(),
          new OptimizerRace(),
          new NoFreeLunch(),
          new SplitInvariance(),
          new StepsToTarget(),
          new NoisyQuadratic(),
          new NoiseScales(),
          new RateRules(),
          new GeneralisationGap(),
          new TrustRatios(),
          new GrowingBatch(),
          new LocalSteps(),
          new Compression(),
          new Staleness());

  private Experiments() {}

  /**
   * The experiment of a name.
   *
   * @throws IllegalArgumentException when there is none; one line
   */
  public static Experiment named(String name) {
    for (Experiment experiment : ALL) if (experiment.name().equals(name)) return experiment;
    List<String> known = ALL.stream().map(Experiment::name).toList();
    throw new IllegalArgumentException(
        "there is no experiment '" + name + "'" + Nearest.hint(name, known));
  }
}
