package io.kudari.exchange.codec;

/** How levels from 0 and their signs become bits. Immutable. */
sealed interface LevelCode {

  /** Of the longest code. */
  int mostBits();

  /**
   * Appends a level.
   *
   * @param negative 1 where the value is below 0, else 0
   */
  void put(int level, int negative, Bytes.Writer out);

  /**
   * Reads a level: twice it, and 1 more where it is negative.
   *
   * @throws CodecException when there is no such level
   */
  int next(Bytes.Reader in);

  /** So many bits for all, of which the highest is the sign. */
  record Fixed(int bits) implements LevelCode {

    @Override
    public int mostBits() {
      return bits;
    }

    @Override
    public void put(int level, int negative, Bytes.Writer out) {
      out.put(level | negative << (bits - 1), bits);
    }

    @Override
    public int next(Bytes.Reader in) {
      int code = in.next(bits);
      int negative = code >>> (bits - 1);
      return (code << 1 | negative) & ((1 << bits) - 1);
    }
  }

  /** The level + 1 in its Elias code; the sign follows, where the level is not 0. */
  record Variable(Elias elias) implements LevelCode {

    static Variable upTo(int levels) {
      return new Variable(new Elias(levels + 1));
    }

    @Override
    public int mostBits() {
      return elias.longest() + 1;
    }

    @Override
    public void put(int level, int negative, Bytes.Writer out) {
      int length = elias.length(level + 1);
      int sign = level == 0 ? 0 : 1;
      out.put(elias.code(level + 1) | (negative & sign) << length, length + sign);
    }

    @Override
    public int next(Bytes.Reader in) {
      int level = elias.next(in) - 1;
      return level == 0 ? 0 : level << 1 | in.next(1);
    }
  }
}
