package io.kudari.event;

import static java.util.Objects.requireNonNull;

import io.kudari.model.Figures;
import io.kudari.model.Libraries;

/**
 * Something that happened in a run. A listener is a {@code Consumer<Event>}, called on the thread
 * that trains, in order.
 */
public sealed interface Event extends java.io.Serializable {

  /**
   * Whether it tells of a step, of which there may be thousands a second: who sends or writes it
   * may wait for others.
   */
  default boolean ofStep() {
    return false;
  }

  /**
   * Training begins.
   *
   * @param strategy where the workers are
   * @param algorithm what a step is
   * @param ranks number of ranks (tasks, or 1)
   * @param threads number of threads a rank
   * @param workers number of logical workers
   * @param parameters size of the flat vector
   * @param trainExamples examples that gradients are computed on
   * @param validationExamples examples held out for validation, may be 0
   * @param testExamples examples of the test source, may be 0
   * @param epochs how many are planned
   * @param steps how many steps are planned
   */
  record Started(
      String strategy,
      String algorithm,
      int ranks,
      int threads,
      int workers,
      int parameters,
      int trainExamples,
      int validationExamples,
      int testExamples,
      int epochs,
      long steps)
      implements Event {
    /** Checks that nothing is missing. */
    public Started {
      requireNonNull(strategy);
      requireNonNull(algorithm);
    }
  }

  /**
   * Another process than the one that listens has taken its first step.
   *
   * @param libraries what it computes with
   */
  record Computing(Libraries libraries) implements Event {
    /** Checks that nothing is missing. */
    public Computing {
      requireNonNull(libraries);
    }
  }

  /**
   * How far the reading of a training or test set is. Told while it is read, and not recorded.
   *
   * @param dealing whether its examples are dealt to workers, rather than described
   * @param done parts of the set that are read
   * @param of how many parts it has
   * @param examples in those parts, or −1 where that is not known yet
   * @param bytes that were read for them, likewise
   * @param seconds since it began
   */
  record Reading(boolean dealing, int done, int of, long examples, long bytes, double seconds)
      implements Event {}

  /**
   * The sets were read once, to find out what they hold, before training began.
   *
   * @param seconds it took
   * @param bytesRead of file systems, in all processes
   * @param invalidRows that were left out for cells that hold what they must not
   */
  record Described(double seconds, long bytesRead, long invalidRows) implements Event {}

  /**
   * Workers have their examples: those of the run's beginning, or those dealt anew after a loss.
   *
   * @param seconds it took, from its beginning until the last rank had its examples
   * @param bytesRead of file systems, in all processes
   * @param spilled bytes of examples that lie in files and not on a heap, of all ranks
   */
  record Dealt(double seconds, long bytesRead, long spilled) implements Event {}

  /**
   * Several ranks exchange: at the run's beginning, or after a loss.
   *
   * @param hosts number of hosts that they are on
   * @param topology which of them send each other parts of vectors: {@code mesh}, all to all, or
   *     {@code hierarchical}, by hosts
   * @param note why not as was asked, one line; null where it is
   */
  record Connected(int hosts, String topology, String note) implements Event {
    /** Checks that a topology is there. */
    public Connected {
      requireNonNull(topology);
    }
  }

  /**
   * A step was taken; where workers average parameters, a round of local steps, of which all
   * figures are then.
   *
   * @param step how many steps have been taken, this one included
   * @param epoch from 0
   * @param position how many examples of the epoch have been seen, this step's included
   * @param examples this step's
   * @param loss mean over this step's examples, before the update
   * @param learningRate used; in a round, by the last step
   * @param times where the time went
   */
  record StepDone(
      long step,
      int epoch,
      int position,
      int examples,
      double loss,
      double learningRate,
      StepTimes times)
      implements Event {
    /** Checks that nothing is missing. */
    public StepDone {
      requireNonNull(times);
    }

    @Override
    public boolean ofStep() {
      return true;
    }
  }

  /**
   * An epoch ended.
   *
   * @param epoch from 0
   * @param step how many steps have been taken
   * @param trainLoss mean over the epoch's examples, each before its own update
   * @param validation figures of the validation examples, or null when there are none
   * @param seconds the epoch took, evaluation included
   */
  record EpochDone(int epoch, long step, double trainLoss, Figures validation, double seconds)
      implements Event {}

  /**
   * Examples were evaluated besides the validation at the end of an epoch.
   *
   * @param step how many steps have been taken
   * @param epochs how many epochs have been done
   * @param subset which examples: {@code validation}, {@code test}, or {@code train}, which are
   *     evaluated with the parameters that the run ends with
   */
  record Evaluated(long step, int epochs, String subset, Figures figures) implements Event {
    /** Checks that nothing is missing. */
    public Evaluated {
      requireNonNull(subset);
      requireNonNull(figures);
    }
  }

  /**
   * A rank was lost, and training goes on from an earlier state: what was told of later steps and
   * epochs is told again.
   *
   * @param step how many steps had been taken in that state
   * @param lostSteps how many had been taken since, as far as the driver knows
   * @param ranks number of ranks from now on
   * @param reason why the rank was lost; one line
   * @param seconds since the loss was noticed
   */
  record Recovered(long step, long lostSteps, int ranks, String reason, double seconds)
      implements Event {
    /** Checks that nothing is missing. */
    public Recovered {
      requireNonNull(reason);
    }
  }

  /**
   * Training waits for slots: to begin, or for another rank when one was lost.
   *
   * @param what for, and why; one line
   */
  record Waiting(String what) implements Event {
    /** Checks that nothing is missing. */
    public Waiting {
      requireNonNull(what);
    }
  }

  /**
   * The loss or a gradient was NaN or infinite, and training goes on.
   *
   * @param step how many steps had been taken
   * @param what was no number, and where; one line
   * @param action {@code skipped}, or {@code back to step N with F times the learning rate}
   */
  record Diverged(long step, String what, String action) implements Event {
    /** Checks that nothing is missing. */
    public Diverged {
      requireNonNull(what);
      requireNonNull(action);
    }
  }

  /**
   * Something was measured in a step, which is told next.
   *
   * @param tag what; {@code noise-scale} is the gradient's, {@code noise-scale.low} and {@code
   *     noise-scale.high} are the ends of its 90% interval, {@code noise-scale.variance} and {@code
   *     noise-scale.squared-norm} this step's parts, of whose means it is the ratio
   * @param step how many steps have been taken, this one included
   * @param value NaN where it is not determined
   */
  record Scalar(String tag, long step, double value) implements Event {
    /** Checks that nothing is missing. */
    public Scalar {
      requireNonNull(tag);
    }

    @Override
    public boolean ofStep() {
      return true;
    }
  }

  /**
   * Training ended by itself.
   *
   * @param why {@code completed}, {@code stopped early}, {@code target reached} or {@code
   *     interrupted}
   * @param steps taken
   * @param epochs done
   * @param restored the epoch whose parameters were restored because they were the best, or −1
   * @param seconds of the whole training, evaluation included
   * @param test figures of the test source, or null when there is none
   */
  record Finished(String why, long steps, int epochs, int restored, double seconds, Figures test)
      implements Event {
    /** Checks that nothing is missing. */
    public Finished {
      requireNonNull(why);
    }

    /** The same of a run that took longer than its last part. */
    public Finished after(double seconds) {
      return new Finished(why, steps, epochs, restored, seconds, test);
    }
  }

  /**
   * A checkpoint was written; training went on meanwhile.
   *
   * @param step of its state
   * @param seconds it took, without attempts that failed
   * @param bytes of all its files
   */
  record Saved(long step, double seconds, long bytes) implements Event {}

  /**
   * A checkpoint could not be written; those before it are as they were.
   *
   * @param step of its state
   * @param reason of the last attempt
   */
  record SaveFailed(long step, String reason) implements Event {
    /** Checks that nothing is missing. */
    public SaveFailed {
      requireNonNull(reason);
    }
  }

  /**
   * A run goes on that had ended, by itself or not. What was recorded after the step is left out.
   *
   * @param step of the checkpoint; 0 where the run begins again
   * @param epoch of the next step, from 0
   * @param skipped newer checkpoints that are damaged: one line each
   */
  record Resumed(long step, int epoch, java.util.List<String> skipped) implements Event {

    /** Copies the list. */
    public Resumed {
      skipped = java.util.List.copyOf(skipped);
    }
  }
}
