/**
 * Configuration files (HOCON) to plans, checked once and completely.
 *
 * <ul>
 *   <li>{@link io.kudari.config.Experiment} reads a file and what {@code --set} overrides;
 *   <li>{@code ConfigurationText} is where configurations come from: files, URIs, {@code --set};
 *       what they may be at most, {@code ConfigurationLimits}, {@code Includes} and {@code
 *       Substitutions} check before the parser recurses;
 *   <li>{@code Settings} is one section, read setting by setting as each is declared: it reports
 *       every broken rule with the file and line, and finds keys nobody asked for;
 *   <li>{@code Sections} lists the {@link io.kudari.setting.Setting}s of all sections, {@code
 *       SourceSettings} those of each format, {@code LayerSettings} those of each kind of layer:
 *       the tables of docs/configuration.md are made of them;
 *   <li>{@link io.kudari.config.DataSettings}, {@link io.kudari.config.ModelSettings}, {@code
 *       PlanSettings}, {@link io.kudari.config.StrategySettings}, {@code AlgorithmSettings}, {@code
 *       ExchangeSettings} and {@link io.kudari.config.CheckpointSettings}, among others, declare
 *       and read some keys or a section each;
 *   <li>{@link io.kudari.config.ResumeRules} says what may change when a run goes on.
 * </ul>
 */
package io.kudari.config;
