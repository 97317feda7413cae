package io.hawser.bench.unicast;

import java.nio.ByteBuffer;

/** Told of each message that a client got. */
interface Arrivals {
    /** A message that comes for the first time, in its chain or not. */
    void arrived(ByteBuffer body, boolean inChain);

    /** One that the client has had already. */
    void repeated(ByteBuffer body);
}
