/** The operators' half: apps, keys, instances, totals, audit. */
@NullMarked
package io.hawser.center.operation;

import org.jspecify.annotations.NullMarked;
