/** The directory, on a real MariaDB. */
@NullMarked
package io.hawser.saver.directory;

import org.jspecify.annotations.NullMarked;
