package io.kudari.train;

import io.kudari.data.DataException;
import io.kudari.data.Normalizer;
import io.kudari.event.Event;
import io.kudari.math.Slice;
import io.kudari.model.Evaluation;
import io.kudari.model.Figures;
import io.kudari.state.State;
import io.kudari.state.StateReader;
import io.kudari.state.StateWriter;
import io.kudari.state.Stateful;
import io.kudari.train.plan.Course;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Evaluations at work: what is looked at while training, and whether that reaches the target. All
 * loops of a run see the same. Not thread-safe.
 */
final class Evaluations implements Stateful {

  private static final String NAME = "evaluations";
  private static final String LAST = "last";

  private final Course course;

  /** What goes by validation, or null. */
  private final String follower;

  private final DataPlan data;
  private final Workers workers;
  private final Normalizer normalizer;
  private final Consumer<Event> events;

  /** Step, loss and accuracy of the last evaluation of validation examples. */
  private double[] last = {-1, Double.NaN, Double.NaN};

  Evaluations(
      TrainingPlan plan,
      DataPlan data,
      Workers workers,
      Normalizer normalizer,
      Consumer<Event> events) {
    this.course = plan.course();
    this.follower = plan.followerOrNull();
    this.data = data;
    this.workers = workers;
    this.normalizer = normalizer;
    this.events = events;
  }

  /** Whether there is anything to look at after a step, or after several taken at once. */
  boolean isDue(long before, long now) {
    return course.looksAfter(before, now) && (data.validation() > 0 || looksAtTest());
  }

  private boolean looksAtTest() {
    return course.looks().test() && data.test() > 0;
  }

  /** Evaluates within an epoch, and tells it. */
  void within(float[] evaluated, long step, int epochs) {
    test(() -> evaluated, step, epochs);
    if (data.validation() == 0) return;
    Figures found = Figures.of(validation(evaluated, step));
    events.accept(new Event.Evaluated(step, epochs, Subset.VALIDATION.id(), found));
  }

  /** Evaluates the validation examples, of which there are some. */
  Evaluation validation(float[] evaluated, long step) {
    Evaluation found = workers.evaluate(evaluated, normalizer, Subset.VALIDATION);
    if (follower != null && found.weighsNothing())
      throw new DataException(
          data.sources().train().name()
              + ": all "
              + found.examples()
              + " validation examples have weight 0, but "
              + follower
              + " goes by their loss");
    double accuracy = found.isClassification() ? found.accuracy() : Double.NaN;
    last = new double[] {step, found.meanLoss(), accuracy};
    return found;
  }

  /** Evaluates the test examples where their curve is wanted, and tells it. */
  void test(Supplier<float[]> evaluated, long step, int epochs) {
    if (!looksAtTest()) return;
    Figures found = Figures.of(workers.evaluate(evaluated.get(), normalizer, Subset.TEST));
    events.accept(new Event.Evaluated(step, epochs, Subset.TEST.id(), found));
  }

  /** Evaluates the training examples at the end of a run where that is wanted, and tells it. */
  void atEnd(float[] result, long step, int epochs) {
    if (!course.looks().train()) return;
    Figures found = Figures.of(workers.evaluate(result, normalizer, Subset.TRAIN));
    events.accept(new Event.Evaluated(step, epochs, Subset.TRAIN.id(), found));
  }

  /** Whether the parameters of a step were seen to reach the target. */
  boolean isReached(long step) {
    return last[0] == step && course.target().isReachedBy(last[1], last[2]);
  }

  /** Whether a run stands where it reached a target, as its state says. */
  static boolean isReached(TrainState saved, Course.Target target) {
    State state = saved.state();
    double[] last = state.numbers().get(NAME + "/" + LAST);
    return last != null && last[0] == saved.step() && target.isReachedBy(last[1], last[2]);
  }

  /**
   * Checks what was looked at last, as a state from a file says.
   *
   * @throws io.kudari.state.StateException when no run that has come so far has seen that
   */
  static void check(TrainState saved) {
    StateReader reader = new StateReader(saved.state(), new Slice(0, 0)).within(NAME);
    double[] last = reader.numbers(LAST, 3);
    StateRules.within("the step of " + NAME + "/" + LAST, last[0], -1, saved.step());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void save(StateWriter to) {
    to.numbers(LAST, last);
  }

  @Override
  public void restore(StateReader from) {
    last = from.numbers(LAST, last.length);
  }
}
