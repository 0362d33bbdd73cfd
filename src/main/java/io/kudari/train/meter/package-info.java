/**
 * What can be measured beside a training, each in a file of its own: {@link
 * io.kudari.train.meter.Meters#ALL} lists them. A new one is a file here and its line in the list;
 * what it tells is in {@code events.jsonl} and drawn in the report.
 */
package io.kudari.train.meter;
