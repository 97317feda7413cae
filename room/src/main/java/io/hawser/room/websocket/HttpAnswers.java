package io.hawser.room.websocket;

import io.hawser.rpc.problem.Problem;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import java.nio.charset.StandardCharsets;

/** What is answered in HTTP where no WebSocket comes of it: a problem document (RFC 9457), and the end. */
final class HttpAnswers {
    private HttpAnswers() {}

    /** @param retryAfterSeconds 0: nothing is said of it */
    static FullHttpResponse of(Problem problem, int retryAfterSeconds) {
        byte[] body = problem.toJson().getBytes(StandardCharsets.UTF_8);
        FullHttpResponse answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(problem.status()), Unpooled.wrappedBuffer(body));
        HttpHeaders headers = answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (retryAfterSeconds > 0) {
            headers.setInt(HttpHeaderNames.RETRY_AFTER, retryAfterSeconds);
        }
        switch (problem.status()) {
            case 405 -> headers.set(HttpHeaderNames.ALLOW, HttpMethod.GET.asciiName());
            case 426 ->
                headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                        .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, WebSocketVersion.V13.toHttpHeaderValue());
            default -> {
                // The status says it all.
            }
        }
        return answer;
    }

    /** The same as bytes, for a pipeline that knows no HTTP. */
    static String text(Problem problem, int retryAfterSeconds) {
        FullHttpResponse answer = of(problem, retryAfterSeconds);
        StringBuilder text =
                new StringBuilder("HTTP/1.1 ").append(answer.status()).append("\r\n");
        answer.headers()
                .forEach(header -> text.append(header.getKey())
                        .append(": ")
                        .append(header.getValue())
                        .append("\r\n"));
        return text.append("\r\n").append(problem.toJson()).toString();
    }
}
