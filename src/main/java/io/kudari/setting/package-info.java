/**
 * What a configuration may say: each setting is declared once, on the JDK and commons-text alone.
 *
 * <ul>
 *   <li>{@link io.kudari.setting.Setting} is the declaration: key, default, {@link
 *       io.kudari.setting.Range}, one line of documentation, and by {@link
 *       io.kudari.setting.OnResume} whether it may change when a run goes on. Reading, the line of
 *       a broken rule, the tables of the documentation and the rules of resuming come from it;
 *   <li>{@link io.kudari.setting.Setting#complete} checks the settings of what has a name:
 *       optimizers, schedules, algorithms. Sections of a file are read by package {@code config};
 *   <li>{@link io.kudari.setting.Nearest} is what was meant by a name that is none.
 * </ul>
 */
package io.kudari.setting;
