/** What goes up to the apps' back ends: stored, then forwarded in order by stream, until each has taken it. */
@NullMarked
package io.hawser.coordinator.uplink;

import org.jspecify.annotations.NullMarked;
