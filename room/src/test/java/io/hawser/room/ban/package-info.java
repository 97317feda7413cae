/** How bans are looked up. */
@NullMarked
package io.hawser.room.ban;

import org.jspecify.annotations.NullMarked;
