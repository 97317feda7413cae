@NullMarked
package io.hawser.bench.chaos.check;

import org.jspecify.annotations.NullMarked;
