package io.kudari.data.format;

import java.util.ArrayList;
import java.util.List;

/**
 * Numbers of classes, as many as come. In pieces, because an array that grows has for a while twice
 * what it holds. Not thread-safe.
 */
final class LabelList {

  private static final int PIECE = 1 << 16;

  private final List<int[]> pieces = new ArrayList<>();
  private int size;

  void add(int label) {
    if (size % PIECE == 0) pieces.add(new int[PIECE]);
    pieces.get(size / PIECE)[size++ % PIECE] = label;
  }

  /** Gives each label the number that an array has at its place. */
  void replace(int[] numbers) {
    for (int i = 0; i < size; i++) {
      int[] piece = pieces.get(i / PIECE);
      piece[i % PIECE] = numbers[piece[i % PIECE]];
    }
  }

  /** All of them, in their order. */
  int[] toArray() {
    int[] all = new int[size];
    for (int from = 0; from < size; from += PIECE)
      System.arraycopy(pieces.get(from / PIECE), 0, all, from, Math.min(PIECE, size - from));
    return all;
  }
}
