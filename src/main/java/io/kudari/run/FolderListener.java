package io.kudari.run;

import io.kudari.checkpoint.SavedModel;
import java.io.IOException;

/**
 * A listener that a training has because it leaves a folder, mostly to leave a file there; {@link
 * RunOutput} lists them. The folder is there before the first event. All are told in the order of
 * the list, then how the training ended, and closed in that order; none is told or closed any more
 * when the folder has been taken over by another run, where it must not write.
 */
@FunctionalInterface
interface FolderListener extends RunListener {

  /**
   * The training has ended by itself, or because it was asked to; its model is in the folder.
   *
   * @throws IOException when results are missing: the run fails
   */
  default void finished(SavedModel model) throws IOException {}

  /** The training has failed. */
  default void failed(Throwable failure) throws IOException {}
}
