package io.kudari.engine.dl4j;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Copies between Java arrays and the memory of ND4J arrays, in the order of that memory. The ND4J
 * array is float, or double in tests, and contiguous.
 */
final class NativeArrays {

  private NativeArrays() {}

  /** Writes {@code from[0..length)} to the start of {@code to}. */
  static void write(float[] from, int length, INDArray to) {
    Pointer start = start(to, length);
    if (start instanceof FloatPointer floats) {
      floats.put(from, 0, length);
    } else {
      double[] wide = new double[length];
      for (int i = 0; i < length; i++) wide[i] = from[i];
      ((DoublePointer) start).put(wide, 0, length);
    }
  }

  /** Writes {@code from} to the start of {@code to}, rounded to its precision. */
  static void write(double[] from, INDArray to) {
    Pointer start = start(to, from.length);
    if (start instanceof DoublePointer doubles) {
      doubles.put(from, 0, from.length);
    } else {
      float[] narrow = new float[from.length];
      for (int i = 0; i < from.length; i++) narrow[i] = (float) from[i];
      ((FloatPointer) start).put(narrow, 0, from.length);
    }
  }

  /** Reads the start of {@code from} into {@code to[0..length)}. */
  static void read(INDArray from, float[] to, int length) {
    Pointer start = start(from, length);
    if (start instanceof FloatPointer floats) {
      floats.get(to, 0, length);
    } else {
      double[] wide = new double[length];
      ((DoublePointer) start).get(wide, 0, length);
      for (int i = 0; i < length; i++) to[i] = (float) wide[i];
    }
  }

  private static Pointer start(INDArray array, int length) {
    if (length > array.length()) {
      throw new IllegalArgumentException(
          length + " values do not fit an array of " + array.length());
    }
    // The array's own address takes a view's offset into account.
    Pointer address = array.data().addressPointer();
    return switch (array.dataType()) {
      case FLOAT -> new FloatPointer(address).capacity(array.length());
      case DOUBLE -> new DoublePointer(address).capacity(array.length());
      default -> throw new IllegalArgumentException("not a float array: " + array.dataType());
    };
  }
}
