/** Load generators, and the same workloads beside other ways of doing them. */
@NullMarked
package io.hawser.bench;

import org.jspecify.annotations.NullMarked;
