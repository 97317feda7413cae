/** The whole platform in one process. */
@NullMarked
package io.hawser.standalone.up;

import org.jspecify.annotations.NullMarked;
