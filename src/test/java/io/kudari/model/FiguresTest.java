package io.kudari.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FiguresTest {

  @Test
  void anErrorIsShownRoundedUp() {
    assertEquals(0.00012, Figures.Scores.shown(0.000110001));
    assertEquals(0, Figures.Scores.shown(0));
    assertEquals(0.5, Figures.Scores.shown(0.5));
    assertEquals(Double.NaN, Figures.Scores.shown(Double.NaN));
  }

  @Test
  void figuresOfClassesPrintAsNumbers() {
    var figures =
        new Figures.OfClasses(
            4,
            0.5,
            0.75,
            new double[] {0.75, 1},
            new double[] {1, 0.5},
            new double[] {0.5, 1},
            new double[] {0.6, 0.6},
            new long[][] {{1, 1}, {0, 2}},
            null);
    String shown = "OfClasses[examples=4, loss=0.5, accuracy=0.75, topAccuracy=[0.75, 1.0]]";
    assertEquals(shown, figures.toString());
    assertEquals(shown, figures.withoutClasses().toString());
  }
}
