/** The room: the service that holds clients' connections. */
@NullMarked
package io.hawser.room;

import org.jspecify.annotations.NullMarked;
