/**
 * The command {@code kudari}: options, exit codes, the terminal.
 *
 * <ul>
 *   <li>{@link io.kudari.cli.Main} holds the commands; {@code Failure} turns whatever was thrown
 *       into one line and an exit code, {@code ProcessLimits} asks first what the operating system
 *       allows, {@code Logs} keeps libraries from telling the same around it;
 *   <li>{@code TrainCommand}, {@code EvaluateCommand}, {@code PredictCommand}, {@code DataCommand}
 *       and {@code DoctorCommand} are the commands; {@code TrainRun} is what {@code train} does
 *       after its options are read: {@code SavedRun} is what it goes on with and {@code
 *       Continuation} how, {@code RunOutput} what it leaves, {@code RunCheckpoints} what it saves
 *       on the way, {@code HeapCheck} refuses what no memory is there for;
 *   <li>{@link io.kudari.cli.ExitCode} says what the process's exit code means.
 * </ul>
 */
package io.kudari.cli;
