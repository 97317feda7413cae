/** The end of rows whose time is over. */
@NullMarked
package io.hawser.saver.purge;

import org.jspecify.annotations.NullMarked;
