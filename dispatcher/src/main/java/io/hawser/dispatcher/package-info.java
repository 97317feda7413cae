/** The dispatcher: tells clients where to connect, from what rooms report of themselves. It keeps nothing else. */
@NullMarked
package io.hawser.dispatcher;

import org.jspecify.annotations.NullMarked;
