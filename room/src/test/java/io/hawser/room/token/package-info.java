@NullMarked
package io.hawser.room.token;

import org.jspecify.annotations.NullMarked;
