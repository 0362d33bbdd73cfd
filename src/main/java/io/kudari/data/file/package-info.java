/**
 * Where files are and how they are opened, on any file system Hadoop knows.
 *
 * <ul>
 *   <li>{@link io.kudari.data.file.Location} says what a path means and looks up its file system;
 *       it is the only place that does. {@code LocalFiles} is this machine's, {@code Connectors}
 *       says what others need;
 *   <li>{@link io.kudari.data.file.InputPath} finds a file, {@link io.kudari.data.file.InputFile}
 *       reads it once from start to end and gunzips it; {@link io.kudari.data.file.InputFiles}
 *       finds those of a folder or a pattern;
 *   <li>{@link io.kudari.data.file.OutputFiles} writes one that is there whole or not at all,
 *       {@link io.kudari.data.file.PartsFolder} a folder of them that several write;
 *   <li>{@link io.kudari.data.file.JsonFile} reads and writes records as JSON.
 * </ul>
 */
package io.kudari.data.file;
