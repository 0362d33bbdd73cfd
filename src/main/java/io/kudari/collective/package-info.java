/**
 * Sums over workers that have the same bits wherever the workers are.
 *
 * <p>{@link io.kudari.collective.TreeSum} is the one fixed binary tree that every strategy sums
 * along.
 */
package io.kudari.collective;
