package io.kudari.train;

import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Step;
import java.util.List;

/**
 * What every worker does between two means of the parameters.
 *
 * @param steps the consecutive steps of which each worker takes its shard
 * @param at rate and number of each of them, as the optimizer is told
 * @param optimizer recipe of every worker
 * @param rule what becomes of its slots
 * @param slots their means after the last round, each of full length; empty before the first round
 *     and under another rule than {@link Averaging.Slots#AVERAGE}
 */
@SuppressWarnings("ArrayRecordComponent")
record Round(
    List<StepRange> steps,
    List<Step> at,
    OptimizerSpec optimizer,
    Averaging.Slots rule,
    float[][] slots) {}
