@NullMarked
package io.hawser.coordinator.uplink;

import org.jspecify.annotations.NullMarked;
