package io.hawser.room.connection;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.TokenExpiring;

/** How long a binding's token still holds (rule R11): its client is told before the end, and unbound after a grace. */
final class TokenLife {
    private final Binding binding;
    private final ConnectionLoop loop;
    private long expiresMs;
    private boolean told;

    TokenLife(Binding binding, ConnectionLoop loop, long expiresMs) {
        this.binding = binding;
        this.loop = loop;
        this.expiresMs = expiresMs;
    }

    long expiresMs() {
        return expiresMs;
    }

    void renew(long newExpiresMs) {
        expiresMs = newExpiresMs;
        told = false;
    }

    /** The client may not have heard what it was told. */
    void tellAgain() {
        told = false;
    }

    /** Does what is due. May end the binding. */
    void check() {
        long leftMs = expiresMs - loop.wallMs();
        Connection connection = binding.connection();
        if (leftMs <= -loop.config().tokenGrace().toMillis()) {
            connection.unbind(binding, ErrorCode.TOKEN_EXPIRED, "token: ended", 0);
        } else if (leftMs <= loop.config().tokenWarning().toMillis() && !told) {
            told = true;
            TokenExpiring expiring = TokenExpiring.newBuilder()
                    .setBinding(binding.number())
                    .setTokenExpiresMs(expiresMs)
                    .build();
            connection.out().send(FrameType.TOKEN_EXPIRING, expiring);
        }
    }

    /** By the monotonic clock, as far as it can be told now: when the warning or the end is due. */
    long dueMs() {
        long leftMs = expiresMs - loop.wallMs();
        long untilMs = told
                ? leftMs + loop.config().tokenGrace().toMillis()
                : leftMs - loop.config().tokenWarning().toMillis();
        return loop.nowMs() + untilMs;
    }
}
