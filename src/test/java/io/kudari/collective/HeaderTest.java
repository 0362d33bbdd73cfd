package io.kudari.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a checksum finds: every flipped bit of what it is of, and nothing that is right. */
class HeaderTest {

  private static final int LENGTH = 24;
  private static final Header HEADER =
      new Header(1L << 40, 7, 3, Phase.ALL_GATHER.ordinal(), 2, 5, LENGTH);

  private final CRC32C checksum = new CRC32C();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyFlippedBitOfTheHeaderIsFoundAndOfThePayloadWhereTheMessageIsSealedAsAWhole(
      boolean whole) {
    ByteBuffer message = Header.prepare(ByteBuffer.allocateDirect(Header.BYTES + LENGTH));
    for (int i = 0; i < LENGTH; i++) message.put(message.position() + i, (byte) (31 * i));
    HEADER.seal(message, checksum, whole);
    assertEquals(HEADER, Header.open(message, checksum, whole));
    for (int bit = 0; bit < 8 * (Header.BYTES + LENGTH); bit++) {
      flip(message, bit);
      Header found = Header.open(message, checksum, whole);
      if (whole || bit < 8 * Header.BYTES) assertNull(found, "bit " + bit);
      else assertEquals(HEADER, found, "bit " + bit);
      flip(message, bit);
    }
    assertEquals(HEADER, Header.open(message, checksum, whole));
  }

  private static void flip(ByteBuffer message, int bit) {
    message.put(bit / 8, (byte) (message.get(bit / 8) ^ 1 << bit % 8));
  }
}
