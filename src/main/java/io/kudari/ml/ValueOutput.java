package io.kudari.ml;

/** What a model of a regression says of a row: its one value. */
record ValueOutput() implements Transformation.RowOutputs {

  private static final long serialVersionUID = 1;

  @Override
  public int columns() {
    return 1;
  }

  @Override
  public Object of(int column, float[] outputs, int from) {
    return (double) outputs[from];
  }
}
