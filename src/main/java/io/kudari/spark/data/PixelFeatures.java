package io.kudari.spark.data;

import io.kudari.data.format.PixelSpec;
import io.kudari.data.format.Pixels;
import io.kudari.model.Shape;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * All features in a column of images, or of unsigned bytes.
 *
 * @param images whether it is of images
 * @param spec what becomes of them
 * @param shape that images must have then
 */
record PixelFeatures(String column, int at, boolean images, PixelSpec spec, Shape shape)
    implements RowFeatures {

  static PixelFeatures of(StructType row, String column, PixelSpec spec, Shape shape) {
    boolean images = Cells.isImage(row.apply(column).dataType());
    return new PixelFeatures(column, row.fieldIndex(column), images, spec, shape);
  }

  @Override
  public double[] of(InternalRow row) {
    if (row.isNullAt(at)) throw InvalidFeature.missing(column);
    Pixels pixels = pixels(row);
    if (images && !pixels.shape().equals(shape))
      throw new IllegalArgumentException(
          "column %s: found an image of shape %s, the model takes %s; inputShape scales images"
              .formatted(column, pixels.shape(), shape));
    return pixels.numbers();
  }

  private Pixels pixels(InternalRow row) {
    try {
      return images ? spec.of(Cells.image(row, at)) : spec.of(row.getBinary(at));
    } catch (IllegalArgumentException e) {
      String what = e.getMessage().replace(PixelSpec.SHAPE, ", inputShape = ");
      throw new InvalidFeature("column " + column + ": found " + what);
    }
  }

  @Override
  public String name(int feature) {
    return column + "[" + feature + "]";
  }
}
