@NullMarked
package io.hawser.center.broadcast;

import org.jspecify.annotations.NullMarked;
