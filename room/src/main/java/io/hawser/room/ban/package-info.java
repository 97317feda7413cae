/** Who may not bind, as the savers tell it: polled, kept while they are away, and looked up by user and by network. */
@NullMarked
package io.hawser.room.ban;

import org.jspecify.annotations.NullMarked;
