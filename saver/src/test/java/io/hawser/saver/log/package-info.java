@NullMarked
package io.hawser.saver.log;

import org.jspecify.annotations.NullMarked;
