package io.kudari.lab;

/**
 * A trial whose steps are to be timed, by {@code all-reduce}.
 *
 * @param threads of each rank
 * @param seconds to measure, after half as long a warm-up
 */
public record Timed(Trial trial, int ranks, int threads, double seconds) {}
