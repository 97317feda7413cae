package io.hawser.client;

import com.google.protobuf.ByteString;

/**
 * What the client comes back with to the room that it was connected to last: a token that serves once, where its binding was
 * made. Another room takes no notice of it, and is bound to anew. For the I/O thread.
 */
final class Comeback {
    /** HELLO has to take it, besides all else. */
    private static final int MAX_TOKEN_BYTES = 1_024;

    private ByteString offered = ByteString.EMPTY;
    private boolean bound;

    /** Returns the token for the next HELLO; empty: there is nothing to come back to. */
    ByteString token() {
        return bound ? offered : ByteString.EMPTY;
    }

    /** WELCOME came, with a new token or none: one that was said before has served. One that is too long is none. */
    void welcomed(ByteString token) {
        offered = token.size() <= MAX_TOKEN_BYTES ? token : ByteString.EMPTY;
        bound = false;
    }

    /** Whether the room keeps the binding of a client that goes without a word. */
    boolean isAwaited() {
        return !token().isEmpty();
    }

    void bound() {
        bound = true;
    }

    /** The client is to go elsewhere. */
    void forget() {
        bound = false;
    }
}
