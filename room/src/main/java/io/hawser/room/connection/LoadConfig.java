package io.hawser.room.connection;

import io.hawser.keeper.config.ByteSize;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/**
 * How mailboxes are loaded.
 *
 * @param maxMessages messages a load
 * @param maxBytes bytes a load; one message is always let through
 * @param maxInFlightPerLoop loads under way for the connections of one event loop; others wait, the apps in turn
 */
public record LoadConfig(int maxMessages, ByteSize maxBytes, int maxInFlightPerLoop) {
    public LoadConfig {
        if (maxMessages < 1 || maxInFlightPerLoop < 1 || maxBytes.bytes() < 1) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "loads: " + maxMessages + ", " + maxBytes + ", " + maxInFlightPerLoop + " (expected: at least 1)");
        }
    }

    public static LoadConfig defaults() {
        return new LoadConfig(128, ByteSize.ofKibibytes(128), 128);
    }
}
