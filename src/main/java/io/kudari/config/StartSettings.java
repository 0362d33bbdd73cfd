package io.kudari.config;

import io.kudari.setting.Setting;
import java.util.List;

/** What a run begins with: keys of the {@code train} section. */
final class StartSettings {

  static final Setting<String> INITIAL_MODEL =
      Setting.text(
              "initial-model",
              null,
              "path",
              "a model folder, or a run's folder, whose parameters a run begins with in the place"
                  + " of drawn ones; its segments must have the same names and shapes. The"
                  + " optimizer begins afresh, and inputs and targets are normalised as the run's"
                  + " own data say. A run that goes on does not read it again")
          .unset("none");

  static final Setting<List<String>> FROZEN =
      Setting.texts(
              "frozen",
              null,
              "texts",
              "names of segments, such as `0.weight`, in which `*` stands for any text. They keep"
                  + " their values: no update, decay or running statistic changes them, and norms"
                  + " and averages do not see them. Everything else is computed as without, by the"
                  + " same blocks")
          .unset("none");

  private StartSettings() {}
}
