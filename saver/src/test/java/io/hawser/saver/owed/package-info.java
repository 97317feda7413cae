/** Tests of how rooms are told what is owed. */
@NullMarked
package io.hawser.saver.owed;

import org.jspecify.annotations.NullMarked;
