/**
 * The built-in set: digits that are painted instead of read, {@link
 * io.kudari.data.digits.DigitsSource}, from the strokes a hand would make.
 */
package io.kudari.data.digits;
