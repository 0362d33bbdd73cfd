package io.kudari.bench;

import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the command line of {@code scripts/bench-engine} says. */
final class EngineOptions {

  @Parameters(arity = "0..1", paramLabel = "ROUNDS", description = "how often all take turns")
  int rounds = 5;

  @Option(names = "--only", split = ",", description = "peers to measure beside the program")
  List<String> only = EngineBenchmark.PEERS;

  @Option(names = "--torch", hidden = true)
  String torch = "";

  @Option(names = "--blas", hidden = true)
  String blas = "";

  @Option(names = "--libtorch", hidden = true)
  String libtorch = "";

  /** Whether the program is measured beside this peer: one that is wanted and there. */
  boolean measures(String peer) {
    boolean there =
        switch (peer) {
          case "torch" -> !torch.isEmpty();
          case "libtorch" -> !libtorch.isEmpty();
          default -> true;
        };
    return there && only.contains(peer);
  }

  /**
   * Checks what the types of options do not say.
   *
   * @throws IllegalArgumentException with a line for the user
   */
  void check() {
    if (rounds < 1) throw new IllegalArgumentException("ROUNDS must be at least 1, not " + rounds);
    for (String peer : only) {
      if (!EngineBenchmark.PEERS.contains(peer)) {
        throw new IllegalArgumentException(
            "--only: no peer " + peer + "; there are " + EngineBenchmark.PEERS);
      }
    }
  }

  /** PyTorch's script. */
  String torch() {
    return torch;
  }

  /** Folders of the BLAS that PyTorch shall load, or empty for the system's. */
  String blas() {
    return blas;
  }

  /** Folder for libtorch's libraries. */
  String libtorch() {
    return libtorch;
  }
}
