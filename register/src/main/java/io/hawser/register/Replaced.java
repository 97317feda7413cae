package io.hawser.register;

import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.rpc.v1.Session;
import java.util.function.Consumer;

/** Has those kicked who gave way to a newer binding. */
final class Replaced {
    private final Consumer<Kick> kicks;
    private final RegisterMetrics metrics;

    Replaced(Consumer<Kick> kicks, RegisterMetrics metrics) {
        this.kicks = kicks;
        this.metrics = metrics;
    }

    void kick(Session loser, boolean sameInstallation) {
        metrics.replaced.increment();
        kicks.accept(Kick.newBuilder()
                .setSession(loser)
                .setCause(KickCause.KICK_REPLACED)
                .setDetail("a newer binding reads mailbox " + loser.getMailbox())
                .setSameInstallation(sameInstallation)
                .build());
    }
}
