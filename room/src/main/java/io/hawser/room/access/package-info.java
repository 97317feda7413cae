/** Who gets in, and how much each may do: networks, addresses, rates and quotas. Knows of no connection. */
@NullMarked
package io.hawser.room.access;

import org.jspecify.annotations.NullMarked;
