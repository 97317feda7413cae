/** Supervision, on real processes. */
@NullMarked
package io.hawser.agent;

import org.jspecify.annotations.NullMarked;
