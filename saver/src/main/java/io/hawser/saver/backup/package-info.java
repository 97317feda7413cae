/** Copies of all that MySQL holds: written under load, and loaded as another history. */
@NullMarked
package io.hawser.saver.backup;

import org.jspecify.annotations.NullMarked;
