/** Processes that end between two of their steps, at a place that a test names. */
@NullMarked
package io.hawser.standalone.crash;

import org.jspecify.annotations.NullMarked;
