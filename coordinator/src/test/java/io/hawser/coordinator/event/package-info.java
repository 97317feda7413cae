@NullMarked
package io.hawser.coordinator.event;

import org.jspecify.annotations.NullMarked;
