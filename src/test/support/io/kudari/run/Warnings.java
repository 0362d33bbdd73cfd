package io.kudari.run;

import io.kudari.event.Event;
import java.util.ArrayList;
import java.util.List;

/** Keeps the warnings that it is told. */
final class Warnings implements RunListener {

  /** In the order in which they were told. */
  final List<String> lines = new ArrayList<>();

  @Override
  public void on(Event event) {}

  @Override
  public void warning(String line) {
    lines.add(line);
  }
}
