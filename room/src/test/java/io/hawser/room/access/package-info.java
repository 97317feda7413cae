@NullMarked
package io.hawser.room.access;

import org.jspecify.annotations.NullMarked;
