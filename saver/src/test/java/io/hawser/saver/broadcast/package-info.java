/** Broadcasts on a real MariaDB, by one store and by two. */
@NullMarked
package io.hawser.saver.broadcast;

import org.jspecify.annotations.NullMarked;
