/** Every command of {@code ./hawser}. */
@NullMarked
package io.hawser.standalone;

import org.jspecify.annotations.NullMarked;
