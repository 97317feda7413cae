@NullMarked
package io.hawser.saver.memory;

import org.jspecify.annotations.NullMarked;
