package io.kudari.data;

import io.kudari.data.order.KeyCounts;

/**
 * What one reading of a whole source finds, beside its description, for whoever divides it.
 *
 * @param description of the source
 * @param keys counts of the examples' keys, by class; of one class for regression
 * @param rounding what becomes of a table's values as floats
 */
public record Survey(Description description, KeyCounts keys, Rounding rounding) {}
