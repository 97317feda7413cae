/**
 * Clients by the thousand, in processes of their own. {@code Swarm} is the command's side; {@code Generator} is the main
 * of such a process: one thread, one selector, frames decoded by hand, since it shares the cores with what it measures.
 * The two exchange JSON, a line each: {@code Order} down, {@code Told} up.
 */
@NullMarked
package io.hawser.bench.swarm;

import org.jspecify.annotations.NullMarked;
