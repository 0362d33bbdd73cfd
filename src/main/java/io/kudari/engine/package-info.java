/**
 * The arithmetic of models: {@link io.kudari.engine.Engine} names who computes a network, {@code
 * program} or {@code dl4j}, on what {@code processor} has loaded: OpenBLAS and oneDNN. Only {@code
 * dl4j} imports Deeplearning4j and ND4J, which programs do not need.
 *
 * <p>A gradient uses one native thread. Instances belong to one thread each and any number of them
 * may compute at the same time.
 */
package io.kudari.engine;
