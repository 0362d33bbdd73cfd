/** Experiments on the landscape of a loss: plateaus, cliffs and its symmetries. */
package io.kudari.lab.landscape;
