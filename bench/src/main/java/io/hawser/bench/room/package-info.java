/** The room's workloads. */
@NullMarked
package io.hawser.bench.room;

import org.jspecify.annotations.NullMarked;
