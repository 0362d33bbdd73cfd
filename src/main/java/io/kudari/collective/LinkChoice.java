package io.kudari.collective;

/** How messages between ranks travel. No bit depends on it. */
public enum LinkChoice {
  /** By shared memory where two ranks can share some and nothing is to be secured, or sockets. */
  AUTO,
  /** By sockets, whoever the ranks are. */
  SOCKETS,
  /** By shared memory, or not at all. */
  SHARED_MEMORY
}
