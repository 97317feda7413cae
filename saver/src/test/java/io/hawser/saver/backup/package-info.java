@NullMarked
package io.hawser.saver.backup;

import org.jspecify.annotations.NullMarked;
