/**
 * Experiments on start values: what becomes of activations and of gradients on their way through
 * layers, by Kudari's initialisers and networks.
 */
package io.kudari.lab.weights;
