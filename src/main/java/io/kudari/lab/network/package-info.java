/** Experiments that train whole networks on the digits: rates, start values and optimizers. */
package io.kudari.lab.network;
