package io.kudari.train;

import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Step;
import io.kudari.train.plan.LocalSlots;
import io.kudari.train.plan.StepRange;
import java.util.List;

/**
 * What every worker does between two means of the parameters.
 *
 * @param steps the consecutive steps of which each worker takes its shard, at least one
 * @param at rate and number of each of them, as the optimizer is told
 * @param optimizer recipe of every worker
 * @param rule what becomes of its slots
 * @param slots their means after the last round, each of full length; empty before the first round
 *     and under another rule than {@link LocalSlots#AVERAGE}
 * @param elasticity 0 where every worker begins at the parameters; else each goes on from its own,
 *     which with its slots are {@link LocalSlots#KEEP kept}, and after the round come back by this
 *     share of how far they are from the parameters
 */
@SuppressWarnings("ArrayRecordComponent")
public record Round(
    List<StepRange> steps,
    List<Step> at,
    OptimizerSpec optimizer,
    LocalSlots rule,
    float[][] slots,
    double elasticity)
    implements java.io.Serializable {}
