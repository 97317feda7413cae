/**
 * Apps' broadcasts: the log that rooms follow, the tasks that centers drive, and their slices. Stateless over MySQL: the
 * lock of an app's row orders all that is told of it.
 */
@NullMarked
package io.hawser.saver.broadcast;

import org.jspecify.annotations.NullMarked;
