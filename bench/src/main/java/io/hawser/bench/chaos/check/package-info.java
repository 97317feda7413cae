/** Says by a history alone which promises were broken in it, and how fast it flowed. Pure: no clock, no socket, no chance. */
@NullMarked
package io.hawser.bench.chaos.check;

import org.jspecify.annotations.NullMarked;
