package io.kudari.data;

/**
 * What one reading of a whole source finds for the driver alone, beside its description.
 *
 * @param description of the source
 * @param labels class of each example, in the source's order; empty for regression
 * @param rounding what becomes of a table's values as floats
 */
@SuppressWarnings("ArrayRecordComponent")
public record Survey(Description description, int[] labels, Rounding rounding) {}
