package io.hawser.room.websocket;

import io.hawser.rpc.problem.Problem;
import io.hawser.wire.ErrorCode;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells what, if anything, is wrong with a request for WebSocket (RFC 6455, section 4.2). */
final class UpgradeRequest {
    private static final String KEY = "[A-Za-z0-9+/]{22}==";

    private UpgradeRequest() {}

    static @Nullable Problem problemOf(FullHttpRequest request, WebSocketConfig config) {
        if (request.decoderResult().isFailure()) {
            return malformed(request.decoderResult().cause());
        } else if (!request.method().equals(HttpMethod.GET)) {
            return problem(HttpResponseStatus.METHOD_NOT_ALLOWED, ErrorCode.UNIMPLEMENTED, "method: (expected: GET)");
        } else if (!pathOf(request).equals(config.path())) {
            return problem(
                    HttpResponseStatus.NOT_FOUND, ErrorCode.NOT_FOUND, "path: (expected: " + config.path() + ")");
        } else if (!asksForWebSocket(request)) {
            return problem(
                    HttpResponseStatus.UPGRADE_REQUIRED, ErrorCode.PROTOCOL_ERROR, "Upgrade: (expected: websocket)");
        } else if (!WebSocketVersion.V13
                .toHttpHeaderValue()
                .equals(header(request, HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            return problem(
                    HttpResponseStatus.UPGRADE_REQUIRED,
                    ErrorCode.VERSION_UNSUPPORTED,
                    "Sec-WebSocket-Version: (expected: 13)");
        } else if (!header(request, HttpHeaderNames.SEC_WEBSOCKET_KEY).matches(KEY)) {
            return problem(
                    HttpResponseStatus.BAD_REQUEST,
                    ErrorCode.PROTOCOL_ERROR,
                    "Sec-WebSocket-Key: (expected: 16 bytes in base64)");
        }
        return originProblem(request.headers().getAll(HttpHeaderNames.ORIGIN), config);
    }

    private static Problem malformed(Throwable cause) {
        HttpResponseStatus status = switch (cause) {
            case TooLongHttpLineException line -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
            case TooLongHttpHeaderException header -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
            default -> HttpResponseStatus.BAD_REQUEST;
        };
        return problem(status, ErrorCode.PROTOCOL_ERROR, "request: " + status.reasonPhrase());
    }

    private static @Nullable Problem originProblem(List<String> origins, WebSocketConfig config) {
        boolean allowed = origins.isEmpty() || (origins.size() == 1 && config.allows(origins.getFirst()));
        return allowed
                ? null
                : problem(
                        HttpResponseStatus.FORBIDDEN,
                        ErrorCode.PERMISSION_DENIED,
                        "Origin: (expected: one that is allowed)");
    }

    private static boolean asksForWebSocket(FullHttpRequest request) {
        return request.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    }

    private static String header(FullHttpRequest request, CharSequence name) {
        List<String> values = request.headers().getAll(name);
        return values.size() == 1 ? values.getFirst() : "";
    }

    private static String pathOf(FullHttpRequest request) {
        int query = request.uri().indexOf('?');
        return query < 0 ? request.uri() : request.uri().substring(0, query);
    }

    private static Problem problem(HttpResponseStatus status, ErrorCode code, String detail) {
        return Problem.of(code, status.code(), detail);
    }
}
