/** Which saver owns which slot: lives of savers, generations, take-overs. */
@NullMarked
package io.hawser.saver.slots;

import org.jspecify.annotations.NullMarked;
