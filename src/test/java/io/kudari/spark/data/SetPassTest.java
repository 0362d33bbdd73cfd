package io.kudari.spark.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.kudari.data.DataException;
import io.kudari.data.SplitException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SetPassTest {

  /** A split that breaks off within quotes lets the next one begin within a value. */
  @Test
  void ofSeveralRefusalsInOneTaskTheFirstCounts() {
    List<byte[]> pieces =
        Stream.of(
                Piece.made(3, new byte[1]),
                Piece.reason(new SplitException("breaks off")),
                Piece.made(2, new byte[1]),
                Piece.reason(new DataException("2 columns, the first line has 9")))
            .map(Piece::toBytes)
            .toList();
    SetPass.Summary summary = SetPass.Summary.of(pieces.iterator());
    assertInstanceOf(SplitException.class, summary.refusalOrNull());
    assertEquals(5, summary.examples());
  }
}
