@NullMarked
package io.hawser.saver.redis;

import org.jspecify.annotations.NullMarked;
