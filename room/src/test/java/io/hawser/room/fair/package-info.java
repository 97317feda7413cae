@NullMarked
package io.hawser.room.fair;

import org.jspecify.annotations.NullMarked;
