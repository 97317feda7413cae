@NullMarked
package io.hawser.saver.journal;

import org.jspecify.annotations.NullMarked;
