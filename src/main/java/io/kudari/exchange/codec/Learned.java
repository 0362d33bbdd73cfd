package io.kudari.exchange.codec;

import io.kudari.math.Layout;
import io.kudari.math.Segment;
import io.kudari.math.Slice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The learned segments of a layout, packed one after the other. Running statistics are not among
 * them, nor is what is frozen. Immutable.
 */
public final class Learned {

  private final Layout layout;
  private final List<Matrix> matrices;
  private final List<Slice> segments;
  private final List<Slice> units;
  private final int size;

  /**
   * A segment as a matrix: its first axis are the rows. A segment of one axis is one row.
   *
   * @param slice where it is among the packed values, row by row
   */
  public record Matrix(Slice slice, int rows, int columns) {}

  /** Of a layout. */
  public Learned(Layout layout) {
    this.layout = layout;
    List<Matrix> whole = new ArrayList<>();
    List<Slice> parts = new ArrayList<>();
    int at = 0;
    for (Segment s : layout.segments()) {
      if (!s.role().isLearned()) continue;
      int rows = s.shape().size() < 2 ? 1 : s.shape().get(0);
      int columns = s.size() / rows;
      whole.add(new Matrix(new Slice(at, at + s.size()), rows, columns));
      for (int row = 0; row < rows; row++, at += columns) parts.add(new Slice(at, at + columns));
    }
    this.matrices = List.copyOf(whole);
    this.segments = whole.stream().map(Matrix::slice).toList();
    this.units = List.copyOf(parts);
    this.size = at;
  }

  /** How many values there are. */
  public int size() {
    return size;
  }

  /** Where the segments are among the packed values. */
  public List<Slice> segments() {
    return segments;
  }

  /** The segments as matrices. */
  public List<Matrix> matrices() {
    return matrices;
  }

  /** The segments cut by their first axis, where they have more than one. */
  public List<Slice> units() {
    return units;
  }

  /** Copies what is learned. */
  public void pack(float[] whole, float[] packed) {
    int at = 0;
    for (Segment s : layout.segments()) {
      if (!s.role().isLearned()) continue;
      System.arraycopy(whole, s.offset(), packed, at, s.size());
      at += s.size();
    }
  }

  /** How many values there are that are not learned and sent all the same: statistics. */
  public int exact() {
    return layout.segments().stream()
        .filter(s -> s.role().isStatistic())
        .mapToInt(Segment::size)
        .sum();
  }

  /** Appends the statistics. */
  public void putExact(float[] whole, ByteBuffer out) {
    for (Segment s : layout.segments())
      for (int i = s.offset(); s.role().isStatistic() && i < s.end(); i++) out.putFloat(whole[i]);
  }

  /** Reads what {@link #putExact} appended. */
  public void getExact(ByteBuffer in, float[] whole) {
    for (Segment s : layout.segments())
      for (int i = s.offset(); s.role().isStatistic() && i < s.end(); i++) whole[i] = in.getFloat();
  }

  /** Copies it back. Statistics stay; what is frozen becomes 0, for it is not sent. */
  public void unpack(float[] packed, float[] whole) {
    int at = 0;
    for (Segment s : layout.segments()) {
      if (s.role().isLearned()) {
        System.arraycopy(packed, at, whole, s.offset(), s.size());
        at += s.size();
      } else if (!s.role().isStatistic()) {
        Arrays.fill(whole, s.offset(), s.end(), 0f);
      }
    }
  }
}
