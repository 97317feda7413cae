package io.hawser.keeper.config;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/** What a port may be. */
final class Ports {
    private Ports() {}

    static void check(int port) {
        if (port < 0 || port > 65_535) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "port: " + port + " (expected: 0 to 65535)");
        }
    }
}
