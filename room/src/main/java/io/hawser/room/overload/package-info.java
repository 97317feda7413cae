/** How near the room is to what it cannot take, and who is told. */
@NullMarked
package io.hawser.room.overload;

import org.jspecify.annotations.NullMarked;
