/** Parts of {@code up}, alone. */
@NullMarked
package io.hawser.standalone.up;

import org.jspecify.annotations.NullMarked;
