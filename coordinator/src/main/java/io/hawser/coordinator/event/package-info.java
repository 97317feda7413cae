/** State events: who wants which, and what becomes of those that are told. */
@NullMarked
package io.hawser.coordinator.event;

import org.jspecify.annotations.NullMarked;
