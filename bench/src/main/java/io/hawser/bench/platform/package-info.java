/** A running Hawser: one that the bench starts for itself, or one that runs already. */
@NullMarked
package io.hawser.bench.platform;

import org.jspecify.annotations.NullMarked;
