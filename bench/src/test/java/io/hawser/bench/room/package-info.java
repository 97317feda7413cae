@NullMarked
package io.hawser.bench.room;

import org.jspecify.annotations.NullMarked;
