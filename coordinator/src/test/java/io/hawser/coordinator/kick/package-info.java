/** Users who are kicked. */
@NullMarked
package io.hawser.coordinator.kick;

import org.jspecify.annotations.NullMarked;
