package io.kudari.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FingerprintTest {

  @Test
  void isTheDigestOfTheLittleEndianBytesAtEveryLength() {
    for (int n : new int[] {0, 1, 5, 16383, 16384, 16385, 50001}) {
      float[] values = new float[n];
      ByteBuffer bytes = ByteBuffer.allocate(4 * n).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < n; i++) {
        values[i] = (i - 7) * 0.37f;
        bytes.putFloat(values[i]);
      }
      assertEquals(Fingerprint.sha256(bytes.array()), Fingerprint.sha256(values));
    }
  }

  @Test
  void agreesWithThePublishedExample() {
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        Fingerprint.sha256("abc".getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void tellsApartWhatEqualsDoesNot() {
    assertNotEquals(Fingerprint.sha256(new float[] {0f}), Fingerprint.sha256(new float[] {-0.0f}));
    assertNotEquals(
        Fingerprint.sha256(new float[] {Float.intBitsToFloat(0x7fc00000)}),
        Fingerprint.sha256(new float[] {Float.intBitsToFloat(0x7fc00001)}));
    assertNotEquals(Fingerprint.sha256(new float[] {1, 2}), Fingerprint.sha256(new float[] {2, 1}));
  }
}
