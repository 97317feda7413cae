package io.hawser.room.connection;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The acknowledgements of one event loop, on their way to the savers together: the first begins a round, and all that
 * come before it ends go with it. Nobody waits for an acknowledgement to be stored; sent one by one, each would wake the
 * link, the saver and its stores, and these the link and the loop again, for a few bytes.
 *
 * <p>A round holds each binding once, whatever its client says meanwhile.
 */
final class AcknowledgementRounds {
    private final ConnectionLoop loop;
    private final Queue<Acknowledgements> waiting = new ArrayDeque<>();
    private boolean begun;

    AcknowledgementRounds(ConnectionLoop loop) {
        this.loop = loop;
    }

    void join(Acknowledgements one) {
        waiting.add(one);
        long lastsMs = loop.config().acknowledgeWithin().toMillis();
        if (lastsMs == 0) {
            end();
        } else if (!begun) {
            begun = true;
            loop.after(lastsMs, this::end);
        }
    }

    /** Should one fail, the others go with the next round. */
    private void end() {
        begun = false;
        for (Acknowledgements next = waiting.poll(); next != null; next = waiting.poll()) {
            next.endRound();
        }
    }
}
