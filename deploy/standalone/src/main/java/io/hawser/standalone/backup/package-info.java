/** Copies of what a platform's MySQL holds, by commands. */
@NullMarked
package io.hawser.standalone.backup;

import org.jspecify.annotations.NullMarked;
