package io.kudari.config;

import static io.kudari.setting.OnResume.FREE;

import io.kudari.setting.Setting;
import java.util.List;

/**
 * All sections with the settings declared for them: the list that documentation and the rules of
 * resuming go by. The settings of optimizers, schedules and algorithms are in {@code optim} and
 * {@code train.algorithm}; those of sources and layers go by their format and type.
 */
final class Sections {

  static final Setting<Long> SEED =
      Setting.wide(
          "seed",
          1L,
          "of every random number: split, partition, shuffling, start values, dropout, noise");
  static final Setting<Object> DATA = Setting.section("data", "where the examples come from");
  static final Setting<Object> MODEL = Setting.section("model", "what is trained");
  static final Setting<Object> OPTIMIZER =
      Setting.section("optimizer", "what makes a step of a gradient").unset("its defaults");
  static final Setting<Object> SCHEDULE =
      Setting.section("schedule", "what changes with the step").unset("its defaults");
  static final Setting<Object> TRAIN =
      Setting.section("train", "what training does, and where").unset("its defaults");
  static final Setting<Object> CHECKPOINT =
      Setting.section("checkpoint", "what is saved while training")
          .unset("its defaults")
          .onResume(FREE);

  /** In the order in which they are documented. */
  static final List<Section> ALL =
      List.of(
          new Section("", List.of(SEED, DATA, MODEL, OPTIMIZER, SCHEDULE, TRAIN, CHECKPOINT)),
          new Section(
              "data",
              List.of(
                  DataSettings.TRAIN,
                  DataSettings.TEST,
                  DataSettings.VALIDATION,
                  DataSettings.STRATIFY,
                  DataSettings.MISSING,
                  DataSettings.INDICATOR,
                  DataSettings.INVALID,
                  DataSettings.MEMORY,
                  DataSettings.NORMALIZE)),
          new Section(
              "data.normalize",
              List.of(
                  DataSettings.METHOD,
                  DataSettings.PER,
                  DataSettings.DIVISOR,
                  DataSettings.TARGET)),
          new Section(
              "model",
              List.of(
                  ModelSettings.LAYERS,
                  ModelSettings.DL4J,
                  ModelSettings.LOSS,
                  LayerSettings.INITIALIZER,
                  ModelSettings.ENGINE)),
          new Section("model.initializer", List.of(LayerSettings.KIND, LayerSettings.VALUE)),
          new Section(
              "train",
              List.of(
                  PlanSettings.EPOCHS,
                  CourseSettings.STEPS,
                  PlanSettings.BATCH,
                  PlanSettings.LAST_BATCH,
                  CourseSettings.ORDER,
                  CourseSettings.SHARDS,
                  CourseSettings.CLASS_WEIGHTS,
                  PlanSettings.BATCH_RULE,
                  PlanSettings.BASE_BATCH,
                  PlanSettings.METERS,
                  PlanSettings.NOISE_SCALE,
                  StrategySettings.WORKERS,
                  StrategySettings.STRATEGY,
                  ExchangeSettings.EXCHANGE,
                  AlgorithmSettings.ALGORITHM,
                  StrategySettings.RANKS,
                  StrategySettings.THREADS,
                  StrategySettings.LINK,
                  StrategySettings.TOPOLOGY,
                  StrategySettings.PORT,
                  SafetySettings.ON_DIVERGENCE,
                  SafetySettings.BACK_OFF_FACTOR,
                  SafetySettings.BACK_OFF_TIMES,
                  SafetySettings.DRIFT_STEPS,
                  RecoverySettings.RECOVERY,
                  StartSettings.INITIAL_MODEL,
                  StartSettings.FROZEN,
                  TensorBoardSettings.TENSORBOARD,
                  StoppingSettings.EARLY_STOPPING,
                  CourseSettings.EVALUATE,
                  CourseSettings.TARGET)),
          new Section(
              "train.evaluate",
              List.of(
                  CourseSettings.EVERY,
                  CourseSettings.AT,
                  CourseSettings.ON_TEST,
                  CourseSettings.ON_TRAIN)),
          new Section("train.target", List.of(CourseSettings.METRIC, CourseSettings.VALUE)),
          new Section(
              "train.early-stopping",
              List.of(
                  StoppingSettings.METRIC,
                  StoppingSettings.PATIENCE,
                  StoppingSettings.MIN_CHANGE,
                  StoppingSettings.RESTORE_BEST)),
          new Section(
              "train.recovery", List.of(RecoverySettings.RETRIES, RecoverySettings.MIN_RANKS)),
          new Section("train.exchange", List.of(ExchangeSettings.NAME)),
          new Section(
              "checkpoint",
              List.of(
                  CheckpointSettings.EVERY,
                  CheckpointSettings.EVERY_STEPS,
                  CheckpointSettings.EVERY_EPOCHS,
                  CheckpointSettings.KEEP)));

  private Sections() {}
}
