package io.kudari.config;

import static io.kudari.setting.OnResume.FREE;

import io.kudari.setting.Setting;

/** What a run leaves besides its own folder: keys of the {@code train} section. */
final class OutputSettings {

  static final Setting<String> TENSORBOARD =
      Setting.text(
              "tensorboard",
              null,
              "path",
              "a folder for an event file of TensorBoard, one for each run, as `tensorboard"
                  + " --logdir` reads it while the run goes on: losses, rates, evaluations and what"
                  + " meters measure, by step, at most two points of steps a second")
          .unset("none")
          .onResume(FREE);

  private OutputSettings() {}
}
