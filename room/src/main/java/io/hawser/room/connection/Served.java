package io.hawser.room.connection;

import org.jspecify.annotations.Nullable;

/**
 * Told to a channel's decoder, as a user event: whose what comes from the channel is from now on.
 *
 * @param by null: nobody's, and it is thrown away
 */
public record Served(@Nullable Connection by) {
    static final Served BY_NOBODY = new Served(null);
}
