/** What goes up to the apps' back ends, kept until it is delivered. Any saver serves it; MySQL is its only state. */
@NullMarked
package io.hawser.saver.outbox;

import org.jspecify.annotations.NullMarked;
