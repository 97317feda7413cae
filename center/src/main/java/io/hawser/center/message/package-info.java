/** Sending: validate, meter, append, answer, then push. */
@NullMarked
package io.hawser.center.message;

import org.jspecify.annotations.NullMarked;
