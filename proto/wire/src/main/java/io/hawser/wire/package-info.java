/** The client protocol: frames and their codec. */
@NullMarked
package io.hawser.wire;

import org.jspecify.annotations.NullMarked;
