package io.hawser.client;

import io.hawser.wire.ErrorCode;

/** What a client does about an error code: the table in section "Errors" of docs/protocol.md. */
enum Recovery {
    /** Trying again by itself does not help. */
    STOP,
    /** Comes back after the back-off, with a token asked for anew, as before each bind. */
    RETRY,
    /** Its own mistake: tells the app, and goes on. */
    REPORT;

    static Recovery of(ErrorCode code) {
        switch (code) {
            case INVALID_ARGUMENT:
            case PERMISSION_DENIED:
            case UNIMPLEMENTED:
            case UNKNOWN_APP:
            case TOKEN_MISMATCH:
            case BANNED:
            case VERSION_UNSUPPORTED:
                return STOP;
            case BODY_TOO_LARGE:
            case BINDING_UNKNOWN:
            case BINDING_IN_USE:
            case ACK_BEYOND_SENT:
                return REPORT;
            default:
                // All else, and codes of later releases, may be over in a while.
                return RETRY;
        }
    }
}
