/** What an update takes of the examples: parts of a batch, epochs, orders, and the noise of it. */
package io.kudari.lab.batches;
