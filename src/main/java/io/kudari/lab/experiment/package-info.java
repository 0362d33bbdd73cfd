/**
 * The experiments of the lab, one file each, and what they share.
 *
 * <ul>
 *   <li>{@link io.kudari.lab.experiment.Experiments} lists them: the list to add one to;
 *   <li>{@code Digits} has the settings that trials of networks share, {@code Fits} the law of
 *       steps and minima, {@code Tuner} finds the best learning rate of each batch size for itself.
 * </ul>
 *
 * <p>An experiment is a class that is not final where a test makes a wrong one of it: each check
 * must fail for the mistake that it names.
 */
package io.kudari.lab.experiment;
