package io.kudari.state;

/**
 * A vector of the state.
 *
 * @param scope how it is spread
 * @param data its values; of a part's sliced vector, those of the slice. Not to be changed
 */
@SuppressWarnings("ArrayRecordComponent")
public record Tensor(Scope scope, float[] data) implements java.io.Serializable {}
