package io.hawser.bench.swarm;

import com.google.protobuf.ByteString;
import io.hawser.wire.v1.Welcome;

/**
 * What a client comes back with to the room where it was: a token that serves once, where its binding was made. It says so
 * in HELLO, and waits for WELCOME to see whether it goes on or has to bind anew.
 */
final class Comeback {
    private ByteString offered = ByteString.EMPTY;
    private boolean bound;
    private boolean said;
    private boolean resumed;

    /** Returns the token for the HELLO of this connection; empty: there is nothing to go on with. */
    ByteString say() {
        ByteString token = bound ? offered : ByteString.EMPTY;
        said = !token.isEmpty();
        resumed = false;
        return token;
    }

    /** Returns whether BIND is still to be said: it waited for this, and the client does not go on. */
    boolean welcomed(Welcome welcome) {
        offered = welcome.getResumeToken();
        bound = false;
        resumed = welcome.getResumed();
        return said && !resumed;
    }

    void bound() {
        bound = true;
    }

    /** The client's process has ended, which alone had it. */
    void forget() {
        bound = false;
    }

    /** Whether this connection goes on with an earlier one's binding. */
    boolean isResumed() {
        return resumed;
    }
}
