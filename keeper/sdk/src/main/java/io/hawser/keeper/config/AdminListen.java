package io.hawser.keeper.config;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/**
 * Where a service serves its admin pages: health, metrics, configuration.
 *
 * @param host the address to bind; loopback unless someone says otherwise, since the pages ask for no credential and change nothing
 * @param port 0 for any free one
 */
public record AdminListen(String host, int port) {
    public AdminListen {
        if (host.isBlank()) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "host: blank (expected: an address to bind)");
        }
        Ports.check(port);
    }

    public static AdminListen defaults() {
        return new AdminListen("127.0.0.1", 0);
    }
}
