/**
 * Learning rate, momentum, batch size and local steps as functions of the step: {@link
 * io.kudari.optim.schedule.ScheduleSpec} as configured, {@code ScheduleKinds} lists them, {@link
 * io.kudari.optim.schedule.Schedule} for a run of known length.
 */
package io.kudari.optim.schedule;
