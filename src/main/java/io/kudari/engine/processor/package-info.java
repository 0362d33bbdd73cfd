/**
 * The native libraries and the processor they are for.
 *
 * <ul>
 *   <li>{@link io.kudari.engine.processor.NativeSetup} loads the libraries with the settings they
 *       need; everything that computes goes through it;
 *   <li>{@link io.kudari.engine.processor.NativeFacts} says what was loaded, {@link
 *       io.kudari.engine.processor.Processor} what the machine has.
 * </ul>
 */
package io.kudari.engine.processor;
