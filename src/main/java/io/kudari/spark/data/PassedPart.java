package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import java.util.function.Consumer;

/** A part of a set of which a pass makes pieces. */
final class PassedPart implements Part {

  private final Pass pass;
  private final Consumer<byte[]> to;
  private Pass.Work work;

  /** Nothing is read yet. */
  PassedPart(Pass pass, Consumer<byte[]> to) {
    this.pass = pass;
    this.to = to;
  }

  private final class Pieces implements Pass.Output {

    @Override
    public void put(int examples, byte[] content) {
      to.accept(Piece.made(examples, content).toBytes());
    }

    @Override
    public void note(String line) {
      to.accept(Piece.note(line).toBytes());
    }
  }

  /** The first begins the work, whose refusal is one of the part. */
  @Override
  public ExampleSink next(String name, long passed) {
    if (work == null) work = pass.begin(new Pieces());
    return work.next(name, passed);
  }

  @Override
  public void end(ExampleSink sink) {
    work.end(sink);
  }

  @Override
  public void whole(long read) {}

  @Override
  public void refuse(DataException e) {
    to.accept(Piece.reason(e).toBytes());
  }

  @Override
  public void close() {
    if (work != null) work.close();
    work = null;
  }
}
