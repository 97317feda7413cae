/** Groups and cursors on a real MariaDB. */
@NullMarked
package io.hawser.saver.endpoint;

import org.jspecify.annotations.NullMarked;
