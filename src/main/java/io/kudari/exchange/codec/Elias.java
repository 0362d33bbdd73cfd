package io.kudari.exchange.codec;

/**
 * Numbers from 1 in codes that are the shorter the smaller they are: 1 bit for 1, 3 for 2 and 3, 6
 * up to 7, 7 up to 15, 11 up to 31 (Elias, "Universal codeword sets and representations of the
 * integers", IEEE Transactions on Information Theory 21, 1975: the ω code). A code is a sequence of
 * numbers, each with one bit more than the value of the one before, the first with two, and the
 * last is what is coded; then a bit that is 0. Of each the highest bit, which is 1, comes first,
 * then the others from the lowest.
 */
final class Elias {

  private final int most;

  /** By number: how many bits its code has, and which. */
  private final int[] lengths;

  private final int[] codes;

  /**
   * @param most the largest number, at most 2^15
   */
  Elias(int most) {
    this.most = most;
    this.lengths = new int[most + 1];
    this.codes = new int[most + 1];
    for (int number = 1; number <= most; number++) code(number, number);
  }

  /** Appends a number's part of a code behind those that say how many bits it has. */
  private void code(int of, int number) {
    if (number == 1) {
      lengths[of] = 1;
      return;
    }
    int rest = highest(number);
    code(of, rest);
    // In place of the 0 that ended the code of its length.
    int end = lengths[of] - 1;
    codes[of] |= (1 | (number - (1 << rest)) << 1) << end;
    lengths[of] = end + rest + 2;
  }

  private static int highest(int number) {
    return 31 - Integer.numberOfLeadingZeros(number);
  }

  /** The length of the longest code, in bits. */
  int longest() {
    return lengths[most];
  }

  /** The bits of a number's code, the first in the lowest. */
  int code(int number) {
    return codes[number];
  }

  /** How many bits a number's code has. */
  int length(int number) {
    return lengths[number];
  }

  /**
   * Reads one number.
   *
   * @throws CodecException when it is larger than the largest
   */
  int next(Bytes.Reader in) {
    int number = 1;
    while (in.next(1) == 1) {
      if (number > highest(most)) throw in.refusal("a code of more than " + most);
      number = 1 << number | in.next(number);
    }
    if (number > most) throw in.refusal("a code of more than " + most);
    return number;
  }
}
