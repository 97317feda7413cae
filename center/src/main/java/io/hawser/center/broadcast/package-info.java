/** Broadcasts: the calls about them, and the slices of running ones that this center drives. */
@NullMarked
package io.hawser.center.broadcast;

import org.jspecify.annotations.NullMarked;
