@NullMarked
package io.hawser.room;

import org.jspecify.annotations.NullMarked;
