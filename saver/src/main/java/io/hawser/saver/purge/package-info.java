/** The end of rows whose time is over: by one saver for all, the oldest first, in small portions. */
@NullMarked
package io.hawser.saver.purge;

import org.jspecify.annotations.NullMarked;
