@NullMarked
package io.hawser.room.broadcast;

import org.jspecify.annotations.NullMarked;
