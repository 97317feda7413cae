/** Pushes what somebody else should have pushed. */
@NullMarked
package io.hawser.saver.owed;

import org.jspecify.annotations.NullMarked;
