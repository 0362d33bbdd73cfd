package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.event.Event;
import org.junit.jupiter.api.Test;

class ExchangeFiguresTest {

  @Test
  void whatIsSentIsComparedWithDenseWhicheverIsMore() {
    ExchangeFigures figures = new ExchangeFigures();
    assertFalse(figures.isTold());
    figures.accept(new Event.Scalar("sent-bytes", 20, 53789));
    assertTrue(figures.isTold());
    assertEquals("53,789 bytes a step from the first rank", figures.toString());
    figures.accept(new Event.Scalar("compression-ratio", 20, 50.04));
    assertEquals("53,789 bytes a step from the first rank, 1/50.0 of dense", figures.toString());
    figures.accept(new Event.Scalar("compression-ratio", 40, 0.25));
    figures.accept(new Event.Scalar("residual-norm", 40, 12.34));
    assertEquals(
        "53,789 bytes a step from the first rank, 4.00 times dense, residual norm 12.3",
        figures.toString());
  }
}
