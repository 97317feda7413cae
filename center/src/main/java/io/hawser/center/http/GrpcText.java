package io.hawser.center.http;

import java.nio.charset.StandardCharsets;

/** The form of {@code grpc-message}: UTF-8, percent-encoded outside of printable ASCII (gRPC over HTTP/2, "Responses"). */
final class GrpcText {
    private static final String HEX = "0123456789ABCDEF";

    private GrpcText() {}

    static String percentEncode(String text) {
        StringBuilder encoded = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b <= '~' && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX.charAt((b >> 4) & 0xf)).append(HEX.charAt(b & 0xf));
            }
        }
        return encoded.toString();
    }
}
