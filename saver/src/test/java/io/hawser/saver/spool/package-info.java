@NullMarked
package io.hawser.saver.spool;

import org.jspecify.annotations.NullMarked;
