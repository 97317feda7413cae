/** What a room does again and again. */
@NullMarked
package io.hawser.room.chore;

import org.jspecify.annotations.NullMarked;
