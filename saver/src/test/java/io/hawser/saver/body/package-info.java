/** Bodies on a real database. */
@NullMarked
package io.hawser.saver.body;

import org.jspecify.annotations.NullMarked;
