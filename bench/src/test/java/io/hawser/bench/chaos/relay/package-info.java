@NullMarked
package io.hawser.bench.chaos.relay;

import org.jspecify.annotations.NullMarked;
