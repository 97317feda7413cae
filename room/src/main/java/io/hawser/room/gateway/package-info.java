/** The ports that clients connect to, and the way from bytes to frames. */
@NullMarked
package io.hawser.room.gateway;

import org.jspecify.annotations.NullMarked;
