/** The calls about callbacks: where the app's back end is told, and what could not be told there. */
@NullMarked
package io.hawser.center.callback;

import org.jspecify.annotations.NullMarked;
