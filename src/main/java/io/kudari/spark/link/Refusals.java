package io.kudari.spark.link;

import io.kudari.event.FirstLine;
import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The callers that a server has turned away: all are counted, the first is told, so that whoever
 * knocks a million times fills no log. Thread-safe.
 */
public final class Refusals {

  private static final int LONGEST = 200;

  private final String server;
  private final Consumer<String> log;
  private final AtomicLong count = new AtomicLong();

  /**
   * None yet.
   *
   * @param server who turns them away, for the lines
   * @param log given a line at the first, and one by {@link #end} when there were more
   */
  public Refusals(String server, Consumer<String> log) {
    this.server = server;
    this.log = log;
  }

  /** Counts a caller. */
  public void add(Channel caller, Throwable reason) {
    if (count.incrementAndGet() > 1) return;
    String text = FirstLine.of(reason).replaceAll("\\p{Cntrl}", " ");
    String brief = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    log.accept(
        server
            + " turned away a caller from "
            + caller.remoteAddress()
            + ": "
            + brief
            + "; more of them are only counted");
  }

  /** How many there were. */
  public long count() {
    return count.get();
  }

  /** Tells how many there were, when it was more than one. */
  public void end() {
    if (count() > 1) log.accept(server + " turned away " + count() + " callers");
  }
}
