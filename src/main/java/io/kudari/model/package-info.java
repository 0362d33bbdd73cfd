/**
 * What a differentiable model is, without saying how it is computed.
 *
 * <ul>
 *   <li>{@link io.kudari.model.NetworkSpec} is a list of {@link io.kudari.model.LayerSpec layers}:
 *       it knows its parameter layout and start values;
 *   <li>{@link io.kudari.model.ModelSpec} is anything that can be trained, {@link
 *       io.kudari.model.GradientFunction} one thread's ready-to-run instance of it;
 *   <li>{@link io.kudari.model.MiniBatch} is what one worker sees in one step: floats, or bytes and
 *       the {@link io.kudari.model.Scaling} that normalises them;
 *   <li>{@link io.kudari.model.Evaluation} is a mergeable sum of what was found on a set of
 *       examples, {@link io.kudari.model.ScoreCounts} of how its classes were scored, {@link
 *       io.kudari.model.Figures} what is told of both.
 * </ul>
 *
 * <p>The arithmetic is in package {@code engine}. This package knows neither Spark nor ND4J.
 */
package io.kudari.model;
