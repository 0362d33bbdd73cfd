/**
 * Deeplearning4j: its layers as an engine, and its files.
 *
 * <ul>
 *   <li>{@link io.kudari.engine.dl4j.Dl4jModel} computes a {@link io.kudari.model.NetworkSpec} with
 *       Deeplearning4j's layers, which {@code NetworkConfiguration} names;
 *   <li>{@link io.kudari.engine.dl4j.Dl4jFileModel} computes a configuration that Deeplearning4j
 *       wrote: by a program where {@code Dl4jTranslation} finds an equal of every layer, else by
 *       Deeplearning4j; {@code Dl4jFile} and {@code Dl4jClasses} refuse what is not one;
 *   <li>{@link io.kudari.engine.dl4j.Dl4jExport} writes zips for it;
 *   <li>{@link io.kudari.engine.dl4j.Dl4jTraining} has what Deeplearning4j trains by itself with,
 *       for comparisons;
 *   <li>{@link io.kudari.engine.dl4j.Nd4jSetup} loads ND4J, which nothing else does.
 * </ul>
 *
 * <p>It is given {@link io.kudari.model.MiniBatch#features}, with the same bits as the pixels of a
 * program.
 */
package io.kudari.engine.dl4j;
