package io.kudari.cli;

import io.kudari.event.Event;
import java.util.Locale;
import java.util.function.Consumer;

/** What the exchange sends and has lost, as its meters told it last. Used by one thread. */
final class ExchangeFigures implements Consumer<Event> {

  private double bytes;
  private double ratio;
  private double residual;

  @Override
  public void accept(Event event) {
    if (!(event instanceof Event.Scalar s)) return;
    switch (s.tag()) {
      case "sent-bytes" -> bytes = s.value();
      case "compression-ratio" -> ratio = s.value();
      case "residual-norm" -> residual = s.value();
      default -> {}
    }
  }

  /** Whether anything is sent, or waits. */
  boolean isTold() {
    return bytes > 0 || residual > 0;
  }

  /** Such as: 53,789 bytes a step from the first rank, 1/50.0 of dense, residual norm 12.3. */
  @Override
  public String toString() {
    String sent =
        bytes > 0 ? text("%,.0f bytes a step from the first rank", bytes) : "nothing sent";
    return sent + ofDense() + (residual > 0 ? text(", residual norm %.3g", residual) : "");
  }

  private String ofDense() {
    if (bytes == 0 || ratio == 0) return "";
    return ratio < 1 ? text(", %.3g times dense", 1 / ratio) : text(", 1/%.3g of dense", ratio);
  }

  private static String text(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
