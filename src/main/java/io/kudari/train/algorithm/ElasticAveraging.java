package io.kudari.train.algorithm;

import io.kudari.exchange.GradientExchange;
import io.kudari.math.Layout;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.schedule.Schedule;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.setting.Setting;
import io.kudari.train.Algorithm;
import io.kudari.train.AlgorithmSpec;
import io.kudari.train.plan.LocalSlots;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Elastic averaging SGD (Zhang, Choromanska, LeCun, "Deep learning with elastic averaging SGD",
 * NIPS 2015, §2 and §3, synchronous): every worker i keeps parameters xᵢ of its own, from which it
 * takes H optimizer steps; then a spring draws it and the centre x towards each other, both by the
 * same difference, as it was before either moved:
 *
 * <pre>dᵢ = xᵢ − x,  xᵢ ← xᵢ − α dᵢ,  x ← x + β d̄,  with α = β / V of V workers</pre>
 *
 * <p>and d̄ the mean of the dᵢ, weighted by the examples each has seen in the round. The centre is
 * what is evaluated and saved. Workers begin at it and keep their optimizer's slots, so with {@code
 * nesterov} it is the paper's EAMSGD. The centre's running statistics become the mean of the
 * workers', which come back like parameters. Of a worker without examples in a round there is no
 * difference. Where the exchange is lossy both sides use what is decoded of the difference: what is
 * not sent stays in it, so error feedback would count it twice, more with every round.
 *
 * <p>Memory: every worker's parameters.
 *
 * @param localSteps H by the epoch; rounded, and at least 1
 * @param movingRate β, within (0, 1]
 */
public record ElasticAveraging(ScheduleSpec localSteps, double movingRate)
    implements AlgorithmSpec {

  private static final String NAME = "elastic-averaging";

  private static final Setting<Double> MOVING_RATE =
      Setting.number(
          "moving-rate",
          0.9,
          "(0, 1]",
          "β, the share of the workers' mean difference by which the centre moves; a worker comes"
              + " back by β / `workers` of its own");

  static final Algorithms.Kind KIND =
      new Algorithms.Kind(
          NAME,
          "local steps of every worker from parameters of its own, which a spring draws to a"
              + " centre",
          List.of(ParameterAveraging.STEPS, MOVING_RATE),
          ElasticAveraging::parse);

  private static ElasticAveraging parse(Map<String, ?> settings) {
    Map<String, Object> others = new HashMap<>(settings);
    ScheduleSpec localSteps = ParameterAveraging.localSteps(NAME, others);
    Map<String, Object> all = Setting.complete(NAME, KIND.settings(), others);
    return new ElasticAveraging(localSteps, (double) all.get(MOVING_RATE.key()));
  }

  /**
   * @throws io.kudari.setting.SettingException when the moving rate is out of its range
   */
  public ElasticAveraging {
    var unused = MOVING_RATE.check(movingRate);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of(
        ParameterAveraging.STEPS.key(), localSteps.section(), MOVING_RATE.key(), movingRate);
  }

  @Override
  public List<OwnSchedule> schedules() {
    return List.of(ParameterAveraging.schedule(localSteps));
  }

  @Override
  public void check(OptimizerSpec optimizer, BatchRule rule) {
    AlgorithmSpec.super.check(optimizer, rule);
    ParameterAveraging.checkRounds(NAME, rule);
    ParameterAveraging.checkNoAverages(optimizer, ", and " + NAME + " evaluates its centre");
  }

  @Override
  public void check(GradientExchange exchange) {
    if (!exchange.feedback()) return;
    throw new IllegalArgumentException(
        "train.algorithm = "
            + NAME
            + " excludes train.exchange.error-feedback = true, which would add what a worker keeps"
            + " in its parameters anyway: set train.exchange.error-feedback = false");
  }

  /** Workers keep theirs elsewhere. */
  @Override
  public int slots(OptimizerSpec optimizer, Layout layout) {
    return 0;
  }

  /** Its replica, and its optimizer's slots. */
  @Override
  public int vectorsOfWorker(OptimizerSpec optimizer, Layout layout) {
    return 1 + AlgorithmSpec.super.slots(optimizer, layout);
  }

  @Override
  public String skipObstacle() {
    return "with train.algorithm = " + NAME + " workers have stepped before a round is judged";
  }

  @Override
  public Algorithm open(Algorithm.Context context) {
    Schedule steps = schedules().get(0).resolve(context.plan().epochs());
    double elasticity = movingRate / context.logicalWorkers();
    OptimizerSpec centre = OuterStep.descent(movingRate);
    return new Rounds(context, steps, LocalSlots.KEEP, elasticity, centre);
  }
}
