package io.kudari.exchange;

/** One thread of a rank, among the others. Used by that thread. */
public final class TeamMember {

  private final Team team;
  private final int thread;
  private long operations;

  /**
   * A member.
   *
   * @param thread 0 is the lead, which talks to the other ranks
   */
  public TeamMember(Team team, int thread) {
    this.team = team;
    this.thread = thread;
  }

  /** What all threads of the rank share. */
  public Team team() {
    return team;
  }

  /** Index of the thread. */
  public int thread() {
    return thread;
  }

  /** Whether it speaks for the whole run: the lead of rank 0. */
  public boolean leadsRun() {
    return team.rank() == 0 && thread == 0;
  }

  /** The number of the next operation among ranks; only the lead asks. */
  public long nextOperation() {
    return operations++;
  }
}
