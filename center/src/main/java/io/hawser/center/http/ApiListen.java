package io.hawser.center.http;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/**
 * Where the API is served.
 *
 * @param host the address to bind, {@code 0.0.0.0} for all
 * @param port 0 for any free one
 * @param advertisedUrl what callers use, where it is not the bound address: {@code https://push.example.com}
 */
public record ApiListen(String host, int port, String advertisedUrl) {
    public ApiListen {
        if (host.isBlank() || port < 0 || port > 65_535) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "api: " + host + ":" + port + " (expected: host and port)");
        }
    }

    public static ApiListen defaults() {
        return new ApiListen("127.0.0.1", 0, "");
    }
}
