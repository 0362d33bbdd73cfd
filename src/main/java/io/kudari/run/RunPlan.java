package io.kudari.run;

import io.kudari.config.Experiment;
import io.kudari.math.Layout;
import io.kudari.math.Segment;
import io.kudari.model.LayerSpec;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.train.DataPlan;
import io.kudari.train.TrainingPlan;
import io.kudari.train.worker.HeapNeed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a training would do and need, as far as it is known before it begins: what {@link
 * Training#plan} gives.
 *
 * @param data what there is to learn from
 * @param engine who computes the model, and why: one sentence
 * @param layers of the model, in order; their parameters add up to all. Of a file that only
 *     Deeplearning4j can read, those that have parameters
 * @param parameters of the model
 * @param learned how many of the parameters the optimizer changes: not what is frozen, and not
 *     running statistics
 * @param update what becomes of gradients
 * @param place where it would run
 * @param course how long it would run
 * @param memory what the process that trains needs at least; nothing where a cluster is to say how
 *     many ranks there are
 */
public record RunPlan(
    Data data,
    String engine,
    List<Layer> layers,
    int parameters,
    int learned,
    Update update,
    Place place,
    Course course,
    Optional<HeapCheck.Need> memory) {

  /** Copies the list. */
  public RunPlan {
    layers = List.copyOf(layers);
  }

  /**
   * Examples.
   *
   * @param training how many gradients are computed on
   * @param validation how many are held out, may be 0
   * @param test how many there are of the test source, may be 0
   * @param shape of one
   * @param classes 0 for a regression
   * @param targets of a regression, else 0
   */
  public record Data(
      int training, int validation, int test, Shape shape, int classes, int targets) {}

  /**
   * A layer.
   *
   * @param name what it does, or how a file of Deeplearning4j names it
   * @param output shape of one example behind it, where only Deeplearning4j knows it nothing
   * @param parameters its own, running statistics included
   */
  public record Layer(String name, Optional<Shape> output, int parameters) {}

  /**
   * From gradients to parameters.
   *
   * @param optimizer the recipe
   * @param algorithm what a step is
   * @param exchange how gradients become one
   * @param vectors how many numbers a parameter the optimizer and the algorithm keep from step to
   *     step
   * @param replicated whether each rank keeps all of them, and not its share
   * @param bytesOfWorker what each worker keeps besides, such as what a lossy exchange has not sent
   */
  public record Update(
      String optimizer,
      String algorithm,
      String exchange,
      int vectors,
      boolean replicated,
      long bytesOfWorker) {}

  /**
   * Where work is done.
   *
   * @param strategy how it is distributed
   * @param workers logical ones
   * @param ranks tasks and the threads of each; nothing where a cluster is to say
   * @param here whether all of them are in this process
   */
  public record Place(String strategy, int workers, Optional<RankSlots> ranks, boolean here) {}

  /**
   * Steps.
   *
   * @param batch examples of a step over all workers; of the first epoch where it changes
   * @param varies whether {@code schedule.batch} may change it
   * @param share what one worker has of it: a number, or the least and the most as {@code 8..9}
   * @param epochs as many as the steps reach, the last one perhaps in part
   * @param stepsOfEpoch steps of the first epoch
   * @param steps of all epochs, if nothing ends the run before
   */
  public record Course(
      int batch, boolean varies, String share, int epochs, long stepsOfEpoch, long steps) {}

  /**
   * A plan of what was checked.
   *
   * @param trained the model, with what is frozen
   */
  static RunPlan of(
      Experiment experiment,
      DataPlan data,
      ModelSpec model,
      ModelSpec trained,
      Place place,
      Optional<HeapCheck.Need> memory) {
    TrainingPlan plan = experiment.plan();
    Layout layout = model.layout();
    return new RunPlan(
        new Data(
            data.sampler().examples(),
            data.validation(),
            data.test(),
            data.description().shape(),
            data.description().classes(),
            data.description().targets()),
        Models.reason(experiment.model(), model),
        model.stack().map(RunPlan::layers).orElseGet(() -> layers(layout)),
        layout.size(),
        trained.layout().segments().stream()
            .filter(s -> s.role().isLearned())
            .mapToInt(Segment::size)
            .sum(),
        new Update(
            plan.optimizer().name(),
            plan.algorithm().name(),
            plan.exchange().name(),
            plan.algorithm().slots(plan.optimizer(), layout),
            plan.exchange().isReplicated(),
            HeapNeed.bytesOfWorker(plan, layout)),
        place,
        course(plan, data, layout),
        memory);
  }

  private static Course course(TrainingPlan plan, DataPlan data, Layout layout) {
    int examples = data.sampler().examples();
    int batch = plan.optimizer().fullBatch() ? examples : plan.batches(examples, 1).batch(0);
    ScheduleSpec schedule = plan.schedules().batch();
    return new Course(
        batch,
        !schedule.kind().equals(ScheduleSpec.CONSTANT.kind()) || !schedule.warmup().isEmpty(),
        TrainingRun.share(batch, data.sampler().workers()),
        epochs(plan, data, layout),
        plan.steps(data.sampler(), layout, 1),
        plan.steps(data.sampler(), layout));
  }

  /** The fewest that have all steps: {@code train.steps} may end a run before its last epoch. */
  private static int epochs(TrainingPlan plan, DataPlan data, Layout layout) {
    long all = plan.steps(data.sampler(), layout);
    int fewest = 1;
    int enough = plan.epochs();
    while (fewest < enough) {
      int middle = (fewest + enough) >>> 1;
      if (plan.steps(data.sampler(), layout, middle) < all) fewest = middle + 1;
      else enough = middle;
    }
    return enough;
  }

  private static List<Layer> layers(NetworkSpec network) {
    Map<String, Integer> sizes = sizes(network.layout());
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < network.layers().size(); i++) {
      Shape output = network.shapes().get(i);
      int parameters = sizes.getOrDefault(String.valueOf(i), 0);
      layers.add(new Layer(name(network.layers().get(i)), Optional.of(output), parameters));
    }
    return layers;
  }

  private static List<Layer> layers(Layout layout) {
    List<Layer> layers = new ArrayList<>();
    sizes(layout).forEach((name, size) -> layers.add(new Layer(name, Optional.empty(), size)));
    return layers;
  }

  /** Of each layer that has parameters, by what the names of its segments begin with. */
  private static Map<String, Integer> sizes(Layout layout) {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    for (Segment s : layout.segments())
      sizes.merge(s.name().substring(0, s.name().lastIndexOf('.')), s.size(), Integer::sum);
    return sizes;
  }

  /** As a configuration calls it. */
  private static String name(LayerSpec layer) {
    if (layer instanceof LayerSpec.Dense) return "dense";
    if (layer instanceof LayerSpec.Convolution c)
      return "convolution " + c.kernel() + "x" + c.kernel();
    if (layer instanceof LayerSpec.Pooling p)
      return p.kind().name().toLowerCase(Locale.ROOT) + "-pool " + p.size() + "x" + p.size();
    if (layer instanceof LayerSpec.BatchNormalization) return "batch-norm";
    if (layer instanceof LayerSpec.Dropout d) return "dropout " + d.rate();
    if (layer instanceof LayerSpec.Activate a) return a.activation().id();
    throw new AssertionError(layer);
  }
}
