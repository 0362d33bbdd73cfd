package io.kudari.engine.program;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class NativeProbeTest {

  @Test
  void theProbesMeasureSomething() {
    assertTrue(NativeProbe.gemm() > 0);
    assertTrue(NativeProbe.convolution() > 0);
    assertTrue(NativeProbe.convolutionBackward() > 0);
  }
}
