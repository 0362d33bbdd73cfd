package io.kudari.config;

import static io.kudari.setting.OnResume.FREE;

import io.kudari.setting.Setting;

/** Event files for TensorBoard: a key of the {@code train} section. */
final class TensorBoardSettings {

  static final Setting<String> TENSORBOARD =
      Setting.text(
              "tensorboard",
              null,
              "path",
              "a folder for event files of TensorBoard, apart from the run's own: a run that leaves"
                  + " a folder writes to a folder of that name in it, which `tensorboard --logdir`"
                  + " reads while the run goes on (from an object store when it has ended). Losses,"
                  + " rates, evaluations and what meters measure, by step; of steps at most two"
                  + " points a second, and one before an evaluation")
          .unset("none")
          .onResume(FREE);

  private TensorBoardSettings() {}
}
