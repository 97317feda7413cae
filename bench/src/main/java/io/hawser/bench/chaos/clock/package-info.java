/** Services whose clock is wrong: an agent in their JVMs, which a run asks for by a file. */
@NullMarked
package io.hawser.bench.chaos.clock;

import org.jspecify.annotations.NullMarked;
