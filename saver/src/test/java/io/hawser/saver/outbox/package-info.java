@NullMarked
package io.hawser.saver.outbox;

import org.jspecify.annotations.NullMarked;
