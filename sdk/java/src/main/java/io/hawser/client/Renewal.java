package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.RenewToken;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Renews the token of a binding. The token source may block for long, so it gets a short-lived thread of its own, one at
 * most. A renewal that fails is not repeated: when the old token has ended the room unbinds, and binding asks anew.
 */
final class Renewal implements Runnable {
    private final Tokens tokens;
    private final ThreadFactory threads;
    private final Outbound outbound;
    private final Delivery delivery;
    private final AtomicBoolean underWay = new AtomicBoolean();

    Renewal(Tokens tokens, ThreadFactory threads, Outbound outbound, Delivery delivery) {
        this.tokens = tokens;
        this.threads = threads;
        this.outbound = outbound;
        this.delivery = delivery;
    }

    void start() {
        if (underWay.compareAndSet(false, true)) {
            threads.newThread(this).start();
        }
    }

    @Override
    public void run() {
        try {
            RenewToken renew = RenewToken.newBuilder()
                    .setBinding(Session.BINDING)
                    .setToken(tokens.next())
                    .build();
            outbound.send(Frames.encode(FrameType.RENEW_TOKEN, renew));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception | Error e) {
            delivery.error(new HawserException(ErrorCode.UNAUTHENTICATED, "token source: " + e, e));
        } finally {
            underWay.set(false);
        }
    }
}
