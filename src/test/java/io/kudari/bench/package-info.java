/**
 * Benchmarks, run by hand through {@code scripts/bench*}; no test asserts a time. {@link
 * io.kudari.bench.PeerBenchmark} compares training with the peers, each contender in processes of
 * its own; {@code docs/benchmarks.md} says how to read the results.
 */
package io.kudari.bench;
