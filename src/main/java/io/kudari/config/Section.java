package io.kudari.config;

import io.kudari.setting.OnResume;
import io.kudari.setting.Setting;
import java.util.List;

/**
 * The declared settings of one section.
 *
 * @param path of the section, such as {@code train.recovery}; empty at the top
 * @param settings in the order in which they are documented
 */
record Section(String path, List<Setting<?>> settings) {

  /** The whole path of one of its keys. */
  String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /**
   * The rule of the setting that a path names, or lies in; {@link OnResume#STAYS} if there is none.
   */
  static OnResume onResume(List<Section> sections, String path) {
    for (Section section : sections)
      for (Setting<?> setting : section.settings)
        if (setting.onResume() != OnResume.STAYS
            && (path + ".").startsWith(section.path(setting.key()) + "."))
          return setting.onResume();
    return OnResume.STAYS;
  }
}
