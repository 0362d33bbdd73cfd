/**
 * Deals the examples of a run to its ranks by Spark's shuffle.
 *
 * <ul>
 *   <li>{@link io.kudari.spark.data.Splits} are what tasks read, one after another, and give to the
 *       ranks that need it;
 *   <li>{@link io.kudari.spark.data.Block} is what passes through Spark: bytes, of many examples at
 *       once, so that the application's serialiser need not know our classes;
 *   <li>{@link io.kudari.spark.data.Delivery} is what arrives at a rank.
 * </ul>
 */
package io.kudari.spark.data;
