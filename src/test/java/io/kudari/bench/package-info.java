/**
 * JMH benchmarks. They are run by hand, through {@code scripts/bench-*}; no test asserts a time.
 */
package io.kudari.bench;
