/** Batches on a real database. */
@NullMarked
package io.hawser.saver.batch;

import org.jspecify.annotations.NullMarked;
