package io.hawser.room.uplink;

import io.hawser.rpc.v1.App;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Uplink;

/** What an uplink must look like. */
final class UplinkChecks {
    private static final int MAX_ROUTE_CHARS = 64;
    private static final int MAX_CORRELATION_BYTES = 64;
    /** So that every back end can hold a number. */
    private static final long MAX_NUMBER = (1L << 53) - 1;
    /** Of an UPLINK frame, all but the body: type, numbers, a longest route and correlation. */
    private static final int MAX_BYTES_AROUND_BODY = 256;

    private UplinkChecks() {}

    /** Returns the largest body that the app takes up, bytes; it has to fit into a client's frame. */
    static int maxBodyBytes(App app, int maxFrameBytes) {
        int fitting = Math.max(0, maxFrameBytes - MAX_BYTES_AROUND_BODY);
        return app.getMaxBodyBytes() == 0 ? fitting : Math.min(app.getMaxBodyBytes(), fitting);
    }

    /** @throws HawserException INVALID_ARGUMENT, BODY_TOO_LARGE */
    static void check(Uplink uplink, int maxBodyBytes) {
        checkNumbers(uplink.getNumber(), uplink.getPrev());
        checkRoute(uplink.getRoute());
        if (uplink.getCorrelationBytes().size() > MAX_CORRELATION_BYTES) {
            throw invalid("correlation: " + uplink.getCorrelationBytes().size() + " bytes (expected: at most "
                    + MAX_CORRELATION_BYTES + ")");
        }
        if (uplink.getBody().size() > maxBodyBytes) {
            throw HawserException.refusal(
                    ErrorCode.BODY_TOO_LARGE,
                    "body: " + uplink.getBody().size() + " bytes (expected: at most " + maxBodyBytes + ")");
        }
        if (uplink.getText() && !uplink.getBody().isValidUtf8()) {
            throw invalid("body: not UTF-8 (expected: text, as it says)");
        }
    }

    private static void checkNumbers(long number, long prev) {
        if (number < 0 || number > MAX_NUMBER) {
            throw invalid("number: " + Long.toUnsignedString(number) + " (expected: 0 to " + MAX_NUMBER + ")");
        }
        if (prev != 0 && Long.compareUnsigned(prev, number) >= 0) {
            throw invalid("prev: " + Long.toUnsignedString(prev) + " (expected: below number " + number + ")");
        }
    }

    private static void checkRoute(String route) {
        boolean wellFormed = !route.isEmpty()
                && route.length() <= MAX_ROUTE_CHARS
                && route.chars().allMatch(UplinkChecks::isRouteChar);
        if (!wellFormed) {
            throw invalid("route: malformed (expected: 1 to " + MAX_ROUTE_CHARS + " of A-Z, a-z, 0-9, '.', '_', '-')");
        }
    }

    private static boolean isRouteChar(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || ".-_".indexOf(c) >= 0;
    }

    private static HawserException invalid(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
