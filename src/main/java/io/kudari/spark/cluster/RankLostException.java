package io.kudari.spark.cluster;

/** A rank ended before the run did, or the ranks could not reach each other. One line. */
public final class RankLostException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public RankLostException(String message, Throwable cause) {
    super(message, cause);
  }
}
