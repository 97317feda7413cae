@NullMarked
package io.hawser.room.gateway;

import org.jspecify.annotations.NullMarked;
