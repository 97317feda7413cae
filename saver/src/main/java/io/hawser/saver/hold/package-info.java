/** Mailboxes that are held back from clients that never acknowledge. */
@NullMarked
package io.hawser.saver.hold;

import org.jspecify.annotations.NullMarked;
