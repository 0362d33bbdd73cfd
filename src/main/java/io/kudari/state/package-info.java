/**
 * What must be kept of a run to go on with it: numbers and vectors by name, and how each vector is
 * spread over those who train, so that any number of ranks can go on.
 *
 * <ul>
 *   <li>whatever keeps something between steps is {@link io.kudari.state.Stateful};
 *   <li>it writes itself to a {@link io.kudari.state.StateWriter}, which makes a {@link
 *       io.kudari.state.State}: that of one loop, a part of the whole;
 *   <li>parts are joined to the whole, from which a {@link io.kudari.state.StateReader} gives
 *       everybody what is theirs.
 * </ul>
 *
 * <p>Checkpoints, snapshots and recovery carry states without knowing what is in them.
 */
package io.kudari.state;
