/**
 * What outlives a run's process: checkpoints and models on any file system Hadoop knows, and the
 * lease that keeps two runs out of one folder.
 *
 * <ul>
 *   <li>{@link io.kudari.checkpoint.Checkpoint} is a training state with its {@link
 *       io.kudari.checkpoint.Origin}: what it may go on with;
 *   <li>{@link io.kudari.checkpoint.CheckpointStore} writes and finds them: read it first. {@code
 *       CheckpointFolder} is one of them, {@code Manifest} proves that it is whole, {@link
 *       io.kudari.checkpoint.Commit} says how it becomes valid at once;
 *   <li>{@link io.kudari.checkpoint.CheckpointWriter} writes beside the training, and tries again;
 *   <li>{@link io.kudari.checkpoint.ModelFolder} is a trained model on disk, {@link
 *       io.kudari.checkpoint.SavedModel} in memory;
 *   <li>{@code StateJson}, {@code TaskJson} and {@code NormalizerJson} are what files of them hold;
 *   <li>{@link io.kudari.checkpoint.Lease} tells who may write; {@code Holder} is its content.
 * </ul>
 */
package io.kudari.checkpoint;
