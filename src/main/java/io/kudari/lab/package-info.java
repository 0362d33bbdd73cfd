/**
 * Experiments that show how descent works and what large batches do, each with checks that a wrong
 * implementation fails.
 *
 * <ul>
 *   <li>{@link io.kudari.lab.Experiment} asks a question and answers it with {@link
 *       io.kudari.lab.Findings}: an answer, {@link io.kudari.lab.Table}s, {@link
 *       io.kudari.lab.Figure}s, {@link io.kudari.lab.Check}s, and a {@link io.kudari.lab.Verdict}
 *       on each {@link io.kudari.lab.Claim} of lecture notes;
 *   <li>a {@link io.kudari.lab.Computed} one needs arithmetic alone;
 *   <li>others have {@link io.kudari.lab.Trial}s trained at a {@link io.kudari.lab.Bench}, which
 *       gives a {@link io.kudari.lab.TrialResult} for each: {@code StoredBench} trains by {@code
 *       run.TrialRunner} what the {@code TrialStore} does not know yet;
 *   <li>{@link io.kudari.lab.Lab} runs experiments and leaves {@code trials.jsonl}, {@code
 *       lab.json} and {@code lab.html}, drawn by {@code LabPage} and {@code PanelDrawing}; {@code
 *       FigureFile} draws a figure alone.
 * </ul>
 *
 * <p>The experiments themselves are in packages below, by what they are about: {@code descent},
 * {@code landscape}, {@code weights}, {@code normalisation}, {@code generalisation}, {@code
 * network} for whole networks, and {@code experiment} for large batches, which also lists all. Uses
 * {@code run} and what is below it, but not Spark.
 */
package io.kudari.lab;
