/** Experiments on generalisation: what fits the examples too well, and what helps. */
package io.kudari.lab.generalisation;
