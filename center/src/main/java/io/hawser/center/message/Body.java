package io.hawser.center.message;

import com.google.protobuf.ByteString;
import io.hawser.api.v1.BatchSendRequest;
import io.hawser.api.v1.SendRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import org.jspecify.annotations.Nullable;

/** What is to be sent: text in UTF-8, or bytes. */
public record Body(ByteString bytes, boolean text) {
    /** Null: none was given. */
    static @Nullable Body of(SendRequest request) {
        return switch (request.getBodyCase()) {
            case TEXT -> new Body(request.getTextBytes(), true);
            case DATA -> new Body(request.getData(), false);
            case BODY_NOT_SET -> null;
        };
    }

    /** Null: none was given. */
    static @Nullable Body of(BatchSendRequest request) {
        return switch (request.getBodyCase()) {
            case TEXT -> new Body(request.getTextBytes(), true);
            case DATA -> new Body(request.getData(), false);
            case BODY_NOT_SET -> null;
        };
    }

    /** Returns what must have been given. */
    static Body required(@Nullable Body body) {
        if (body == null) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "body: missing (expected: text or data)");
        }
        return body;
    }

    /** Returns this, which has 1 to {@code maxBytes} bytes. */
    Body within(int maxBytes) {
        if (bytes.isEmpty()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "body: 0 bytes (expected: 1 to " + maxBytes + ")");
        }
        if (bytes.size() > maxBytes) {
            throw HawserException.refusal(
                    ErrorCode.BODY_TOO_LARGE, "body: " + bytes.size() + " bytes (expected: 1 to " + maxBytes + ")");
        }
        return this;
    }
}
