/** The end of a user's data: from the log, then from all that keeps rows of users. */
@NullMarked
package io.hawser.saver.erase;

import org.jspecify.annotations.NullMarked;
