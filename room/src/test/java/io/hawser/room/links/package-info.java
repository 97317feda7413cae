@NullMarked
package io.hawser.room.links;

import org.jspecify.annotations.NullMarked;
