/** Links that break as networks do, between processes that are whole. */
@NullMarked
package io.hawser.bench.chaos.relay;

import org.jspecify.annotations.NullMarked;
