/** A saver, a register and a room as a center sees them: real links, hand-written behaviour. */
@NullMarked
package io.hawser.center.platform;

import org.jspecify.annotations.NullMarked;
