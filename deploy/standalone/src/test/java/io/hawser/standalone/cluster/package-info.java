/** Platforms of real processes for tests, with verbs for what may happen to them. */
@NullMarked
package io.hawser.standalone.cluster;

import org.jspecify.annotations.NullMarked;
