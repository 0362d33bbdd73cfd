/**
 * From files of some format, or a generator, to the examples of one worker's batch.
 *
 * <ul>
 *   <li>{@link io.kudari.data.ExampleSource} describes and loads a set through Hadoop's {@code
 *       FileSystem};
 *   <li>{@link io.kudari.data.Examples} keeps it compact: pixels stay bytes until a batch is
 *       assembled.
 * </ul>
 */
package io.kudari.data;
