/**
 * The native library and the processor it is for.
 *
 * <ul>
 *   <li>{@link io.kudari.engine.processor.NativeSetup} loads the library with the settings it
 *       needs; everything that computes goes through it;
 *   <li>{@link io.kudari.engine.processor.NativeFacts} says what was loaded, {@link
 *       io.kudari.engine.processor.NativeProbe} how fast it is, {@link
 *       io.kudari.engine.processor.Processor} what the machine has.
 * </ul>
 */
package io.kudari.engine.processor;
