/** The end of a user's rows, on a real database. */
@NullMarked
package io.hawser.saver.erase;

import org.jspecify.annotations.NullMarked;
