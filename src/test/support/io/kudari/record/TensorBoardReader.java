package io.kudari.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.util.PureJavaCrc32C;
import org.nd4j.shade.protobuf.UnknownFieldSet;
import org.tensorflow.framework.Summary;

/**
 * Reads event files by other code than writes them: TensorFlow's own class of a summary, the
 * library of Protocol Buffers for what is around it, Hadoop's CRC-32C.
 */
public final class TensorBoardReader {

  /**
   * An event behind the first.
   *
   * @param restart whether it says that a session begins, and what was told of its step and later
   *     ones is to be forgotten
   * @param values by tag, in their order; none of a restart
   */
  public record Point(double seconds, long step, boolean restart, Map<String, Float> values) {}

  private TensorBoardReader() {}

  /**
   * All events of a file but its version, which comes first.
   *
   * @throws IOException when a checksum is wrong, or the file ends within a record
   */
  public static List<Point> read(byte[] file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    List<Point> points = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = bytes(in, Long.BYTES);
      check(length, in);
      byte[] data =
          bytes(in, (int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong());
      check(data, in);
      UnknownFieldSet event = UnknownFieldSet.parseFrom(data);
      if (!event.hasField(3)) points.add(point(event));
    }
    return points;
  }

  private static byte[] bytes(ByteBuffer in, int count) throws IOException {
    if (count < 0 || count > in.remaining()) throw new IOException("the file ends within a record");
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }

  private static void check(byte[] data, ByteBuffer in) throws IOException {
    PureJavaCrc32C crc = new PureJavaCrc32C();
    crc.update(data, 0, data.length);
    long sum = crc.getValue();
    long masked = ((sum >>> 15 | sum << 17) + 0xa282ead8L) & 0xffffffffL;
    if (Integer.toUnsignedLong(in.getInt()) != masked) throw new IOException("a wrong checksum");
  }

  private static Point point(UnknownFieldSet event) throws IOException {
    double seconds = Double.longBitsToDouble(event.getField(1).getFixed64List().get(0));
    List<Long> steps = event.getField(2).getVarintList();
    long step = steps.isEmpty() ? 0 : steps.get(0);
    Map<String, Float> values = new LinkedHashMap<>();
    if (event.hasField(7)) return new Point(seconds, step, true, values);
    var summary = Summary.parseFrom(event.getField(5).getLengthDelimitedList().get(0));
    for (Summary.Value value : summary.getValueList())
      values.put(value.getTag(), value.getSimpleValue());
    return new Point(seconds, step, false, values);
  }
}
