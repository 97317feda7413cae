/** Who owns which slots, and where their rows are. */
@NullMarked
package io.hawser.saver.slots;

import org.jspecify.annotations.NullMarked;
