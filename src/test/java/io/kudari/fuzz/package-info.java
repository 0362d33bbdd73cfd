/**
 * Changed files: {@link io.kudari.fuzz.Mutation} changes a valid file of a {@link
 * io.kudari.fuzz.Format} by seed, {@link io.kudari.fuzz.Fuzzer} has the project read it and looks
 * at how that ends. {@code FuzzTest} does so some hundred times, {@code scripts/fuzz} as often as
 * asked.
 */
package io.kudari.fuzz;
