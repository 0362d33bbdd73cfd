package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {

  @TempDir private Path dir;

  @Test
  void whatComputesIsNamedWithItsVersionAndItsInstructions() throws Exception {
    CommandProcess doctor = CommandProcess.run(dir, List.of(), Map.of(), List.of("doctor"));
    assertEquals(0, doctor.code(), doctor.said());
    for (String line :
        List.of(
            "oneDNN +oneDNN 3[0-9.]+, \\w+",
            "BLAS +OpenBLAS [0-9.]+, kernels for \\w+, 1 thread",
            "matrix product +\\d+ GFLOP/s on one thread"))
      assertTrue(doctor.said().lines().anyMatch(l -> l.matches(line)), line + doctor.said());
  }
}
