@NullMarked
package io.hawser.saver;

import org.jspecify.annotations.NullMarked;
