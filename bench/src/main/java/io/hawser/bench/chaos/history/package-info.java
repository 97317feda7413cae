/** What happened in a run, as it was seen from outside of the platform. */
@NullMarked
package io.hawser.bench.chaos.history;

import org.jspecify.annotations.NullMarked;
