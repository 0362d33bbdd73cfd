package io.kudari.data;

import io.kudari.data.order.Division;

/**
 * How a set that was described is dealt to workers.
 *
 * @param schema of the training set
 * @param offsets that the training set's survey found, or none
 * @param seed of the order of examples
 * @param division of this set by that seed
 */
public record Deal(Schema schema, Offsets offsets, long seed, Division division)
    implements java.io.Serializable {}
