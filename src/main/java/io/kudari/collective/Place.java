package io.kudari.collective;

/** Where in the training a rank is: what every error names. */
record Place(int rank, long step, Phase phase) {

  CollectiveException failure(String reason) {
    return new CollectiveException(rank, step, phase, reason);
  }
}
