/** Who calls, and what they may. */
@NullMarked
package io.hawser.center.access;

import org.jspecify.annotations.NullMarked;
