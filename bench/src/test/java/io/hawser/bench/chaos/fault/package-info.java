@NullMarked
package io.hawser.bench.chaos.fault;

import org.jspecify.annotations.NullMarked;
