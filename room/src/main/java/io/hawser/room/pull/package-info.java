/** Bodies of NOTIFY messages, brought to the clients that pull them. */
@NullMarked
package io.hawser.room.pull;

import org.jspecify.annotations.NullMarked;
