package io.kudari.lab;

/** Told how the lab is getting on, in order, on the thread that runs it. */
public interface LabListener {

  /** An experiment begins. */
  void began(Experiment experiment);

  /**
   * Trials have ended.
   *
   * @param done of those planned together so far, those found in the folder included
   * @param planned so far: an experiment may plan more
   * @param secondsLeft for those planned, as the ones before tell; NaN when nothing tells
   */
  void trials(int done, int planned, double secondsLeft);

  /** An experiment has ended. */
  void ended(LabRecord.Entry entry);
}
