package io.kudari.data;

import io.kudari.model.Shape;
import java.util.List;

/**
 * What a data source holds.
 *
 * @param examples how many
 * @param schema that it was read with; what a training set was found to have
 * @param bytes whether features are bytes 0..255 (pixels) rather than floats
 * @param fingerprint SHA-256 of the examples, however they are stored (for a generator, of its
 *     settings), in hex
 * @param weighted whether examples have weights
 * @param notes what was guessed while reading, for the user: one line each
 */
public record Description(
    int examples,
    Schema schema,
    boolean bytes,
    String fingerprint,
    boolean weighted,
    List<String> notes)
    implements java.io.Serializable {

  public Description {
    notes = List.copyOf(notes);
  }

  /** The same with another schema. */
  Description with(Schema other) {
    return new Description(examples, other, bytes, fingerprint, weighted, notes);
  }

  /** Of examples without weights. */
  public Description(
      int examples, Schema schema, boolean bytes, String fingerprint, List<String> notes) {
    this(examples, schema, bytes, fingerprint, false, notes);
  }

  /** Bytes of all examples, as they are kept and sent. */
  public long kept() {
    var layout = ExampleStore.Layout.of(shape(), bytes, targets(), weighted, schema.encoding());
    return (long) examples * layout.size();
  }

  /** Shape of one example's features. */
  public Shape shape() {
    return schema.shape();
  }

  /** Number of classes, or 0 for regression. */
  public int classes() {
    return schema.classes();
  }

  /** Number of target values of a regression, or 0 for classification. */
  public int targets() {
    return schema.targets();
  }

  /** One name a class, or empty when classes have no names. */
  public List<String> classNames() {
    return schema.classNames();
  }
}
