package io.hawser.wire;

/**
 * Every way in which Hawser refuses or fails, in one place: the number that stands on the wire and on the links between
 * services, and the HTTP status and gRPC status (canonical code number) that the API answers with.
 *
 * <p>Numbers are never reused. A receiver that does not know a number treats it as {@link #INTERNAL}.
 */
public enum ErrorCode {
    INVALID_ARGUMENT(1, 400, 3, "A value is missing, malformed or out of range."),
    UNAUTHENTICATED(2, 401, 16, "No valid credential was given."),
    PERMISSION_DENIED(3, 403, 7, "The credential does not allow this."),
    NOT_FOUND(4, 404, 5, "What was named does not exist."),
    ALREADY_EXISTS(5, 409, 6, "What was to be created exists."),
    RESOURCE_EXHAUSTED(6, 429, 8, "A limit or queue is full; try again later."),
    UNAVAILABLE(
            7,
            503,
            14,
            "The service cannot serve this now; the outcome may be unknown. Repeat with the same request id."),
    DEADLINE_EXCEEDED(8, 504, 4, "No answer in time; the outcome is unknown. Repeat with the same request id."),
    INTERNAL(9, 500, 13, "A fault of ours."),
    UNIMPLEMENTED(10, 501, 12, "This release does not serve that."),
    CANCELLED(11, 499, 1, "The caller gave up."),
    FAILED_PRECONDITION(12, 412, 9, "The present state does not allow this."),

    /** The app does not exist or is disabled. */
    UNKNOWN_APP(20, 404, 5, "The app does not exist or is disabled."),
    TOKEN_INVALID(21, 401, 16, "The token is malformed or its signature is wrong."),
    TOKEN_EXPIRED(22, 401, 16, "The token has ended."),
    TOKEN_MISMATCH(23, 403, 7, "The token is for another app, user or device."),
    IDEMPOTENCY_CONFLICT(24, 409, 6, "The idempotency key was used with another body."),
    BODY_TOO_LARGE(25, 413, 3, "The body is over the app's limit."),
    MAILBOX_FULL(26, 429, 8, "The mailbox holds as many messages as it may."),
    /** The present owner of the slot is another instance: look again and repeat. */
    NOT_OWNER(27, 503, 14, "Another instance owns the slot."),
    BANNED(28, 403, 7, "The user, the device or the network is banned."),
    UPLINK_OUT_OF_ORDER(29, 409, 9, "The uplink before it is not stored."),

    PROTOCOL_ERROR(40, 400, 3, "A frame is malformed or came in the wrong state."),
    FRAME_TOO_LARGE(41, 413, 3, "A frame is over the limit."),
    VERSION_UNSUPPORTED(42, 400, 9, "No protocol version in common."),
    HANDSHAKE_TIMEOUT(43, 408, 4, "HELLO did not come in time."),
    HEARTBEAT_TIMEOUT(44, 408, 4, "Nothing was heard in time."),
    BINDING_UNKNOWN(45, 404, 5, "The connection has no such binding."),
    BINDING_IN_USE(46, 409, 6, "The binding number is in use on this connection."),
    ACK_BEYOND_SENT(47, 400, 11, "The acknowledged seq was not sent."),
    DRAINING(48, 503, 14, "The instance is about to stop.");

    private final int number;
    private final int httpStatus;
    private final int grpcStatus;
    private final String meaning;

    ErrorCode(int number, int httpStatus, int grpcStatus, String meaning) {
        this.number = number;
        this.httpStatus = httpStatus;
        this.grpcStatus = grpcStatus;
        this.meaning = meaning;
    }

    public int number() {
        return number;
    }

    public int httpStatus() {
        return httpStatus;
    }

    /** Canonical gRPC status code, 0 to 16. */
    public int grpcStatus() {
        return grpcStatus;
    }

    public String meaning() {
        return meaning;
    }

    /** Returns the code of this number, or {@link #INTERNAL} where a newer peer sent one that is not known here. */
    public static ErrorCode ofNumber(int number) {
        for (ErrorCode code : values()) {
            if (code.number == number) {
                return code;
            }
        }
        return INTERNAL;
    }
}
