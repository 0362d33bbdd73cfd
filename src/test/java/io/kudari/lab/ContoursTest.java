package io.kudari.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.lab.Figure.Level;
import io.kudari.lab.Figure.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContoursTest {

  @Test
  void aLevelOfAConeIsOneClosedCircle() {
    List<Level> levels = new Contours(Math::hypot, -2, -2, 2, 2).at(1, 1.5);
    for (Level level : levels) {
      assertEquals(1, level.lines().size());
      List<Point> line = level.lines().get(0);
      assertEquals(line.get(0), line.get(line.size() - 1));
      for (Point p : line) assertEquals(level.height(), Math.hypot(p.x(), p.y()), .002);
    }
  }

  @Test
  void aHeightThatIsNowhereHasNoLine() {
    assertEquals(List.of(), new Contours((x, y) -> x, 0, 0, 1, 1).at(7).get(0).lines());
  }

  @Test
  void aLineThatLeavesTheRectangleEndsAtItsEdge() {
    List<Point> line = new Contours((x, y) -> x, 0, 0, 1, 3).at(.3).get(0).lines().get(0);
    assertTrue(line.stream().allMatch(p -> Math.abs(p.x() - .3) < 1e-4));
    assertEquals(3, Math.abs(line.get(0).y() - line.get(line.size() - 1).y()), 1e-4);
  }
}
