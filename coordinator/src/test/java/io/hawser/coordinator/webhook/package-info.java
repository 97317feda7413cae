@NullMarked
package io.hawser.coordinator.webhook;

import org.jspecify.annotations.NullMarked;
