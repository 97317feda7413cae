@NullMarked
package io.hawser.room.connection;

import org.jspecify.annotations.NullMarked;
