/**
 * Connections between the ranks of one attempt, over Spark's own transport, authenticated and
 * encrypted as Spark is; and memory that ranks of one host share beside them.
 *
 * <ul>
 *   <li>{@link io.kudari.spark.link.NetworkLink} is a rank's end of all of them: read it first.
 *       {@code Handshake} is how a rank introduces itself, {@code Arrivals} lets it in;
 *   <li>{@code Inbox} keeps what has come, {@code Outgoing} what is on its way; {@code Wires} carry
 *       messages without event loops where nothing is encrypted: a {@code SocketWire} by a socket,
 *       a {@code SharedWire} by two {@code Ring}s in {@code SharedMemory}, if {@code Sharing} has
 *       found that both ranks can;
 *   <li>{@code FrameGuard} and {@code Doorkeeper} turn away what is none of ours, {@code Refusals}
 *       counts it and says it once;
 *   <li>{@code ListenAddress} is where a process listens, and where it is called; {@code Settings}
 *       has Spark's settings as its transport asks for them.
 * </ul>
 */
package io.kudari.spark.link;
