package io.kudari.lab;

/**
 * What a trial gave that was trained on the calling thread.
 *
 * @param parameters in the order of its layout; none when it diverged
 */
@SuppressWarnings("ArrayRecordComponent")
public record Trained(TrialResult result, float[] parameters) {}
