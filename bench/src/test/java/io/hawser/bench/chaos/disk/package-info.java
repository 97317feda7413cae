@NullMarked
package io.hawser.bench.chaos.disk;

import org.jspecify.annotations.NullMarked;
