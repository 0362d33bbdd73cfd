/**
 * The arithmetic of models: {@link io.kudari.engine.Engine} names who computes a network, {@code
 * program} or {@code dl4j}, on what {@code processor} has loaded. Nothing else imports
 * Deeplearning4j, ND4J or their native libraries.
 *
 * <p>A gradient uses one native thread. Instances belong to one thread each and any number of them
 * may compute at the same time.
 */
package io.kudari.engine;
