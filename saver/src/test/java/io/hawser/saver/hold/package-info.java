/** Mailboxes that are held, on a real database. */
@NullMarked
package io.hawser.saver.hold;

import org.jspecify.annotations.NullMarked;
