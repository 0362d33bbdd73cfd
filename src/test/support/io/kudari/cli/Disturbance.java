package io.kudari.cli;

/** What happens to a run. */
enum Disturbance {
  /**
   * An executor is killed at some step, by the signal that the kernel sends to a process for which
   * there is no memory: {@code SIGKILL}.
   */
  EXECUTOR_KILLED,
  /** An executor is killed before the ranks have met or soon after. */
  EXECUTOR_KILLED_AT_THE_START,
  /** A worker is killed, and its executor ends with it; another worker comes later. */
  WORKER_KILLED,
  /** An executor is killed in the step that snapshots are sent after. */
  EXECUTOR_KILLED_DURING_A_SNAPSHOT,
  /** Two executors are killed at once. */
  TWO_EXECUTORS_KILLED,
  /** An executor is frozen for five seconds: too short to be lost. */
  FROZEN_SHORTLY,
  /** An executor is killed, and another one as soon as the run has recovered. */
  KILLED_AGAIN_AFTER_RECOVERY,
  /** An executor is frozen for longer than the driver bears, and wakes up later. */
  FROZEN_FOR_LONG,
  /**
   * A worker is told that its machine will go, as clouds tell, and a moment later it goes. Another
   * worker comes later.
   */
  WORKER_DECOMMISSIONED,
  /** The disk of a worker and its executor is full, and the executor is killed. */
  DISK_FULL(true),
  /** A worker is cut off from all others, but lives on with its executor, and is back later. */
  CUT_OFF(true);

  /** Whether it takes {@link Machines} of their own. */
  final boolean needsMachines;

  Disturbance() {
    this(false);
  }

  Disturbance(boolean needsMachines) {
    this.needsMachines = needsMachines;
  }
}
