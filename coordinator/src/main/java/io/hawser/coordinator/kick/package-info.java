/** Kicks on their way to the room that has to end a binding. */
@NullMarked
package io.hawser.coordinator.kick;

import org.jspecify.annotations.NullMarked;
