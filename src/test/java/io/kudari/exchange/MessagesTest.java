package io.kudari.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What workers send is what others read, or refuse in a line. */
class MessagesTest {

  private static final Layout LAYOUT =
      new Layout(
          List.of(
              new Segment("frozen", 0, List.of(2), Role.FROZEN),
              new Segment("weight", 2, List.of(4), Role.WEIGHT),
              new Segment("mean", 6, List.of(1), Role.STATISTIC)));

  @Test
  void whatAWorkerSendsIsReadAsTheVectorThatItSumsItself() {
    WorkerCodec here = codec();
    WorkerCodec there = codec();
    Messages sent = here.sent();
    float[] vector = {0, 0, 3, -5, 1, -1, 7};
    float[] infinite = {1, 2, 3, Float.NEGATIVE_INFINITY, 5, Float.NaN, 7};
    here.begin(4, 0);
    there.begin(4, 0);
    here.code(0, 4, vector);
    here.nothing(1);
    here.code(2, 4, infinite);
    List<Messages.Received> messages = Messages.split(sent.bytes(), 3);
    float[][] found = new float[3][LAYOUT.size()];
    for (int v = 0; v < 3; v++) {
      Arrays.fill(found[v], 9);
      there.reader(new float[there.packedSize()]).read(v, messages.get(v), found[v]);
    }
    assertArrayEquals(vector, found[0]);
    assertArrayEquals(new float[] {0, 0, 2.5f, -2.5f, 2.5f, -2.5f, 7}, found[0]);
    assertArrayEquals(new float[LAYOUT.size()], found[1]);
    assertArrayEquals(infinite, found[2]);
    here.begin(5, 0);
    assertFalse(sent.bytes().hasRemaining(), "a step's messages are its own");
  }

  @Test
  void hostileMessagesAreRefusedInOneLine() {
    // The first has a header of 5 bytes, 4 of statistics, 4 of a scale, 1 of signs.
    assertHostile(b -> b.put(0, (byte) 3), "a worker sent a message of kind 3");
    assertHostile(b -> b.put(0, (byte) 0), "a worker sent a message of 9 bytes where 0 are needed");
    assertHostile(
        b -> b.put(0, (byte) 2), "a worker sent a message of 9 bytes where 28 are needed");
    assertHostile(b -> b.putInt(1, 10), "a worker's message of 10 bytes, of which 9 have come");
    assertHostile(b -> b.putInt(1, -1), "a worker's message of -1 bytes, of which 9 have come");
    assertHostile(b -> b.putInt(1, 8), "1 messages and 1 bytes have come of 1 workers");
    assertHostile(b -> b.putFloat(9, Float.NaN), "sign: a value of NaN, which is not finite");
    assertHostile(b -> b.limit(0), "0 messages and 0 bytes have come of 1 workers");
  }

  private static void assertHostile(Consumer<ByteBuffer> change, String line) {
    WorkerCodec codec = codec();
    Messages sent = codec.sent();
    codec.begin(0, 0);
    codec.code(0, 0, new float[] {0, 0, 3, -5, 1, -1, 7});
    ByteBuffer bytes = sent.bytes().order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(14, bytes.remaining());
    change.accept(bytes);
    float[] into = new float[LAYOUT.size()];
    WorkerCodec.Reader reader = codec.reader(new float[codec.packedSize()]);
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> reader.read(0, Messages.split(bytes, 1).get(0), into),
            line);
    assertTrue(e.getMessage().equals(line), e.getMessage());
  }

  private static WorkerCodec codec() {
    return (WorkerCodec) Exchanges.parse(Map.of("name", "sign")).codec(LAYOUT, 1);
  }
}
