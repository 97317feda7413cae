@NullMarked
package io.hawser.bench.unicast;

import org.jspecify.annotations.NullMarked;
