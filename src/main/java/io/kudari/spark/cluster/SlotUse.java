package io.kudari.spark.cluster;

import java.util.ArrayList;
import java.util.List;

/**
 * How the slots of an application are used, as one of its leases sees it.
 *
 * @param total tasks that the executors which have come can run at once
 * @param leased to others, whether their tasks run or not
 * @param foreign tasks that run without a lease
 * @param own tasks of the lease that still run
 * @param before leases that were asked for before it and are not granted yet
 */
public record SlotUse(int total, int leased, int foreign, int own, int before) {

  /** What nobody uses. May be negative when executors were lost. */
  public int free() {
    return total - leased - foreign - own;
  }

  /** Whether there would be enough, were it not for others. */
  public boolean isShort(int wanted) {
    return total >= wanted && free() < wanted;
  }

  /** What is waited for and who has it. */
  public String line(int wanted) {
    List<String> users = new ArrayList<>();
    if (leased > 0) users.add("other trainings hold " + leased);
    if (foreign > 0) users.add("other jobs use " + foreign);
    if (own > 0) users.add(own + " still end");
    return "%s: of %d there are, %s%s"
        .formatted(
            Demand.count(wanted, "slot"),
            total,
            users.isEmpty() ? "none is used" : String.join(", ", users),
            before > 0 ? "; asked before: " + Demand.count(before, "training") : "");
  }
}
