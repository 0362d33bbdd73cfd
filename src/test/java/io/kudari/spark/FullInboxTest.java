package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.Slow;
import io.kudari.collective.LinkChoice;
import io.kudari.spark.link.NetworkLink;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Slow
class FullInboxTest {

  private static final Duration SILENCE = Duration.ofSeconds(2);

  /** More than an inbox and the system's buffers hold. */
  private static final int MANY = (int) (3 * NetworkLink.INBOX / NetworkLink.WIRE_MESSAGE / 2);

  /** Rank 1 sends as much as rank 0 has room for, and takes nothing for a while. */
  @ParameterizedTest
  @EnumSource(
      value = LinkChoice.class,
      names = {"SOCKETS", "SHARED_MEMORY"})
  void aPeerThatSentMoreThanThereIsRoomForAndIsBusyIsNotTakenForBlocked(LinkChoice choice)
      throws Exception {
    List<NetworkLink> links =
        IntStream.range(0, 2)
            .mapToObj(
                r ->
                    Ranks.listen(
                        new SparkConf(false),
                        new Ranks.Secret("open sesame"),
                        1,
                        r,
                        2,
                        choice,
                        SILENCE))
            .toList();
    List<InetSocketAddress> addresses = links.stream().map(NetworkLink::address).toList();
    try {
      int room = (int) (NetworkLink.INBOX / NetworkLink.WIRE_MESSAGE) + 8;
      List<Integer> received =
          Ranks.together(
              2,
              rank -> {
                NetworkLink link = links.get(rank);
                link.connect(addresses, Ranks.BOUND);
                send(link, 1 - rank, rank == 0 ? MANY : room);
                if (rank == 1) TimeUnit.MILLISECONDS.sleep(3 * SILENCE.toMillis() / 2);
                return receive(link, 1 - rank, rank == 0 ? room : MANY);
              });
      assertEquals(List.of(room, MANY), received);
    } finally {
      links.forEach(NetworkLink::close);
    }
  }

  private static void send(NetworkLink link, int peer, int messages) throws Exception {
    for (int i = 0; i < messages; i++) link.send(peer, link.take(peer), Ranks.BOUND);
  }

  private static int receive(NetworkLink link, int peer, int messages) throws Exception {
    for (int i = 0; i < messages; i++) {
      ByteBuffer message = link.receive(peer, Ranks.BOUND);
      link.release(peer, message);
    }
    return messages;
  }
}
