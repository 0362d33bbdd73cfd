/**
 * The arithmetic of models, on Deeplearning4j and ND4J: the only package that imports them.
 *
 * <ul>
 *   <li>{@link io.kudari.engine.NativeSetup} loads the native library with the settings it needs;
 *       everything public here goes through it. {@link io.kudari.engine.NativeFacts} says what was
 *       loaded, {@link io.kudari.engine.NativeProbe} how fast it is;
 *   <li>{@link io.kudari.engine.ProgramModel} computes a {@link io.kudari.model.NetworkSpec} fast,
 *       as a fixed sequence of operations; {@link io.kudari.engine.Engine} names the choice;
 *   <li>{@link io.kudari.engine.Dl4jModel} computes a {@link io.kudari.model.NetworkSpec} with
 *       Deeplearning4j's layers;
 *   <li>{@link io.kudari.engine.Dl4jFileModel} computes a configuration that Deeplearning4j wrote,
 *       by a program where every layer has an equal here, else by Deeplearning4j; {@link
 *       io.kudari.engine.Dl4jExport} writes zips for it.
 * </ul>
 *
 * <p>Pixels arrive as bytes: the first operation of a program normalises them on their way to the
 * first layer. Deeplearning4j is given {@link io.kudari.model.MiniBatch#features}, with the same
 * bits.
 *
 * <p>A gradient uses one native thread. Instances belong to one thread each and any number of them
 * may compute at the same time.
 */
package io.kudari.engine;
