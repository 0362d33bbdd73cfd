/**
 * The command {@code kudari}: options, exit codes, the terminal.
 *
 * <ul>
 *   <li>{@link io.kudari.cli.Main} holds the commands and turns every failure into one line and an
 *       exit code;
 *   <li>{@code TrainCommand}, {@code EvaluateCommand}, {@code PredictCommand}, {@code DataCommand}
 *       and {@code DoctorCommand} are the commands, thin users of {@link io.kudari.run}; {@code
 *       ProgressLine} shows how a run is getting on, {@code Interruption} turns signals into a
 *       request to end;
 *   <li>{@link io.kudari.cli.ExitCode} says what the process's exit code means.
 * </ul>
 */
package io.kudari.cli;
