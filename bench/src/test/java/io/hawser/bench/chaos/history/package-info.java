@NullMarked
package io.hawser.bench.chaos.history;

import org.jspecify.annotations.NullMarked;
