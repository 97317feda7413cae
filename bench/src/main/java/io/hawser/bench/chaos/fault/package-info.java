/** What may go wrong, and who makes it go wrong. */
@NullMarked
package io.hawser.bench.chaos.fault;

import org.jspecify.annotations.NullMarked;
