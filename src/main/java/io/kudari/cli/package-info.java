/**
 * The command {@code kudari}: options, exit codes, the terminal.
 *
 * <ul>
 *   <li>{@link io.kudari.cli.Main} holds the commands; {@code Failure} turns whatever was thrown
 *       into one line and an exit code, {@code ProcessLimits} asks first what the operating system
 *       allows, {@code Logs} keeps libraries from telling the same around it;
 *   <li>{@code TrainCommand}, {@code EvaluateCommand}, {@code PredictCommand}, {@code DataCommand},
 *       {@code DoctorCommand}, {@code LabCommand} and {@code CompareCommand} are the commands, thin
 *       users of {@link io.kudari.run}, of {@link io.kudari.inference}, of the lab and of {@link
 *       io.kudari.compare}; {@code ProgressLine} and {@code LabProgress} show how a run or a lab is
 *       getting on, {@code Interruption} turns signals into a request to end;
 *   <li>{@link io.kudari.cli.ExitCode} says what the process's exit code means.
 * </ul>
 */
package io.kudari.cli;
