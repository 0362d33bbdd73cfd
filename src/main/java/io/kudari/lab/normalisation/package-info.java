/** Experiments on normalisation: of inputs, and of batches. Own arithmetic, in double precision. */
package io.kudari.lab.normalisation;
