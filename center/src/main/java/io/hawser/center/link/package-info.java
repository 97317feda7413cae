/** Calls to savers and registers, with the repeats that are safe. */
@NullMarked
package io.hawser.center.link;

import org.jspecify.annotations.NullMarked;
