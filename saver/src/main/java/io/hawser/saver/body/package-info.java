/** Bodies of NOTIFY messages, which clients pull. Every saver serves all of it. */
@NullMarked
package io.hawser.saver.body;

import org.jspecify.annotations.NullMarked;
