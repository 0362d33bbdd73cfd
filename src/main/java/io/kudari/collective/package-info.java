/**
 * Sums over workers that have the same bits wherever the workers are, and the exchange of vectors
 * among ranks.
 *
 * <ul>
 *   <li>{@link io.kudari.collective.TreeSum} is the one fixed binary tree that every strategy sums
 *       along; {@link io.kudari.collective.Distribution} says which rank hosts which of its leaves;
 *   <li>{@link io.kudari.collective.Collectives} are the operations among ranks: reduce-scatter,
 *       all-gather, broadcast, small reductions; a {@link io.kudari.collective.ReduceScatter} may
 *       begin while its vectors are still being computed;
 *   <li>{@link io.kudari.collective.Topology} is who sends what to whom: all ranks to all ({@code
 *       MeshReduceScatter}), or by {@link io.kudari.collective.Hosts} ({@code HostReduceScatter},
 *       {@code HostGather} along {@code HostRoutes}) where {@link
 *       io.kudari.collective.ExchangeCosts} says that it pays;
 *   <li>{@link io.kudari.collective.Courier} is a thread that runs them while others compute;
 *   <li>{@link io.kudari.collective.Precision} is what sums are rounded to, and travel in;
 *   <li>{@link io.kudari.collective.Link} carries their messages; it is the only thing that knows a
 *       network; {@link io.kudari.collective.LinkChoice} is what a configuration says of it;
 *   <li>{@link io.kudari.collective.TeamBarrier}, {@link io.kudari.collective.SumReader} and {@link
 *       io.kudari.collective.TeamSum} are for the threads of one rank, which share memory.
 * </ul>
 *
 * <p>A step of one rank is: each thread reads the sum of all threads' vectors within its slice,
 * block by block ({@code SumReader}), and updates it. Of several: the threads of a rank sum their
 * nodes ({@code TeamSum}), the ranks sum theirs, each its own slice ({@code reduceScatter}), each
 * updates its slice, and all complete the parameters ({@code allGather}).
 *
 * <p>Messages carry attempt, step, phase, sender, position and checksum, which in memory that ranks
 * share is of the header alone. {@code Conversation} states what becomes of each message that is
 * not the expected one. An error at one rank ends the attempt for all: by an abort message, or at
 * the latest by the bound of every wait.
 */
package io.kudari.collective;
