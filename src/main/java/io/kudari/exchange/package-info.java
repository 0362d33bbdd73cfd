/**
 * How the workers' vectors become one update.
 *
 * <ul>
 *   <li>{@link io.kudari.exchange.GradientExchange} is the value of the plan, {@link
 *       io.kudari.exchange.Exchanges#ALL} lists them; {@link io.kudari.exchange.Exchange} is one at
 *       work, for one thread of a rank of {@code all-reduce};
 *   <li>a {@link io.kudari.exchange.Codec} is what it loses of each worker's vector, by every
 *       strategy alike;
 *   <li>{@code Coded} is the exchange by one of the codes of {@code exchange.codec}, with error
 *       feedback and perhaps momentum before it ({@code Correction}); ranks send each other {@code
 *       Messages}, which {@code Gathered} decodes and sums;
 *   <li>{@code Rounded} is the exchange in 16 bits, of vectors and of all their partial sums;
 *   <li>{@link io.kudari.exchange.Dense} sends every value; {@link io.kudari.exchange.NoExchange}
 *       none, to measure what the exchange costs;
 *   <li>{@link io.kudari.exchange.Team} is what the threads of a rank share, {@link
 *       io.kudari.exchange.TeamMember} one of them; {@code Overlap} decides whether a gradient is
 *       sent while the rest of it is computed; one that is applied late is exchanged by the team's
 *       courier while the next is computed.
 * </ul>
 *
 * <p>A new exchange is a file here and its line in the list; a new code is one in {@code
 * exchange.codec}.
 */
package io.kudari.exchange;
