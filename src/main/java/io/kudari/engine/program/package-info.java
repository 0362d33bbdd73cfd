/**
 * A network as a fixed sequence of operations on memory that is taken once.
 *
 * <ul>
 *   <li>{@link io.kudari.engine.program.ProgramModel} is the model, {@link
 *       io.kudari.engine.program.Program} one thread's instance: read that first;
 *   <li>{@code Compiler} makes one {@code Operation} of each layer, and they pass an {@code
 *       Operand} on, forwards and backwards, by {@code Kernels} and {@code MatrixProduct};
 *   <li>{@code OutputLoss} is the loss and its derivative;
 *   <li>{@link io.kudari.engine.program.NativeProbe} measures how fast all that is.
 * </ul>
 *
 * <p>Pixels arrive as bytes: the first operation normalises them on their way to the first layer.
 */
package io.kudari.engine.program;
