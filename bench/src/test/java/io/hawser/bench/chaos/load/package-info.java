@NullMarked
package io.hawser.bench.chaos.load;

import org.jspecify.annotations.NullMarked;
