@NullMarked
package io.hawser.bench.chaos;

import org.jspecify.annotations.NullMarked;
