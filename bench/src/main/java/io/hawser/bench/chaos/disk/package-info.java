/** File systems of the stores' own, which can be filled, and lose their power. */
@NullMarked
package io.hawser.bench.chaos.disk;

import org.jspecify.annotations.NullMarked;
