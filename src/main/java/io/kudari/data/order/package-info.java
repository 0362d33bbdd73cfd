/**
 * The order of a set's examples, which is that of a seeded hash of what they hold: so it depends on
 * the set of examples and the seed, and on nothing else. Not on files, formats, partitions, the
 * order of rows, ranks or threads.
 *
 * <ul>
 *   <li>{@link io.kudari.data.order.CanonicalExample} makes the same bytes of the same example
 *       however it is stored, and their 64-bit key;
 *   <li>{@link io.kudari.data.order.KeyCounts} counts keys by their first bits: all that a driver
 *       must know of a set;
 *   <li>{@link io.kudari.data.order.Division} says by these counts which examples are held out, and
 *       which worker owns which of the others;
 *   <li>{@link io.kudari.data.order.KeyOrder} sorts those that a rank has got.
 * </ul>
 */
package io.kudari.data.order;
