package io.kudari.run;

import io.kudari.checkpoint.SavedModel;
import io.kudari.event.Event;
import io.kudari.model.Figures;
import io.kudari.model.ModelSpec;
import java.util.Optional;

/**
 * What a training ended with.
 *
 * @param end how it ended, and when
 * @param validation after the epoch whose parameters were kept; of a run that was interrupted
 *     within an epoch, after the one before. Empty without validation examples, and where that
 *     epoch was before the run was resumed
 * @param model the trained one, with all that is needed to apply it
 * @param network the same as something that can compute
 */
public record Outcome(
    Event.Finished end, Optional<Figures> validation, SavedModel model, ModelSpec network) {

  /**
   * {@code completed}, {@code stopped-early}, {@code target-reached} or {@code interrupted}, as in
   * {@code summary.json}.
   */
  public String status() {
    return end.why().replace(' ', '-');
  }

  /** Whether it ended because it was asked to. */
  public boolean isInterrupted() {
    return end.why().equals("interrupted");
  }

  /** Of the test source; empty when there is none, or the training was interrupted. */
  public Optional<Figures> test() {
    return Optional.ofNullable(end.test());
  }

  /** The parameters that were kept, in the order of {@code model().layout()}. */
  public float[] parameters() {
    return model.parameters();
  }
}
