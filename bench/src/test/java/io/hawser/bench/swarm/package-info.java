@NullMarked
package io.hawser.bench.swarm;

import org.jspecify.annotations.NullMarked;
