/** The center's API, as an app's back end calls it. */
@NullMarked
package io.hawser.bench.api;

import org.jspecify.annotations.NullMarked;
