package io.hawser.register;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Endpoint;
import io.hawser.rpc.v1.Session;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/** What a session must look like to be kept; rooms pass on what clients told. */
final class SessionChecks {
    private static final int MAX_MAILBOX_BYTES = 71;
    private static final int MAX_TEXT_BYTES = 128;
    private static final int MAX_NONCE_BYTES = 32;

    private SessionChecks() {}

    /** @throws HawserException with INVALID_ARGUMENT, naming the field that is out of bounds */
    static Endpoint check(Session session) {
        bounded("mailbox", session.getMailboxBytes().size(), 1, MAX_MAILBOX_BYTES);
        bounded("location.room", session.getLocation().getRoomBytes().size(), 1, MAX_TEXT_BYTES);
        bounded("device_class", session.getDeviceClassBytes().size(), 0, MAX_TEXT_BYTES);
        bounded("client_version", session.getClientVersionBytes().size(), 0, MAX_TEXT_BYTES);
        bounded("installation_nonce", session.getInstallationNonce().size(), 0, MAX_NONCE_BYTES);
        return Endpoint.of(session.getApp(), session.getUser(), session.getDevice());
    }

    /** @throws HawserException with INVALID_ARGUMENT */
    static void checkRoom(ByteString room) {
        bounded("room", room.size(), 1, MAX_TEXT_BYTES);
    }

    private static void bounded(String field, int bytes, int min, int max) {
        if (bytes < min || bytes > max) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, field + ": " + bytes + " bytes (expected: " + min + " to " + max + ")");
        }
    }
}
