/** What a room says to the other services, over links. */
@NullMarked
package io.hawser.room.links;

import org.jspecify.annotations.NullMarked;
