/**
 * Who computes a gradient: the logical workers, on a thread or on a rank's threads.
 *
 * <ul>
 *   <li>{@link io.kudari.train.worker.WorkerRange} is what one thread hosts: a range of workers,
 *       their {@link io.kudari.train.worker.WorkerData} and a model; {@code Replicas} where workers
 *       take steps of their own;
 *   <li>{@link io.kudari.train.worker.SerialWorkers} runs all on one thread and is the oracle for
 *       the others; {@link io.kudari.train.worker.TeamWorkers} are all workers as a thread of a
 *       rank sees them, whose vectors an {@link io.kudari.exchange.Exchange} sums;
 *   <li>{@link io.kudari.train.worker.HeapNeed} is the least Java heap that a process needs for its
 *       part, {@link io.kudari.train.worker.NativeNeed} the least memory outside of it.
 * </ul>
 */
package io.kudari.train.worker;
