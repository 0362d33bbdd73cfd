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
 *
 * <p>Activations lie on the heap, where the JIT compiles loops over them to vector instructions.
 * Only what matrix products work on is outside it, in {@code Operand}s, which also keep the rows of
 * a matrix out of each other's way in the caches. {@code MatrixProduct} chooses the library by
 * shape and instruction set alone, so equal processors compute equal bits.
 */
package io.kudari.engine.program;
