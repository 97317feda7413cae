@NullMarked
package io.hawser.room.uplink;

import org.jspecify.annotations.NullMarked;
