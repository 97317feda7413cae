package io.hawser.room.connection;

import io.hawser.rpc.v1.Ban;
import java.time.Duration;

/**
 * A ban as a client is told of it.
 *
 * @param detail the app's or the operator's own words, where there are any
 * @param retryAfterMs when the client may come back by itself, from now; 0: never
 */
public record Banned(String detail, int retryAfterMs) {
    /**
     * One that ends by itself ends for its clients, too. So does every ban of a network: its client did nothing wrong, and
     * may be on another one soon.
     *
     * @param atMost how long a client is told to stay away; one that is still banned then is told so again
     */
    public static Banned of(Ban ban, long nowMs, Duration atMost) {
        boolean ends = ban.getExpiresMs() != 0;
        long leftMs = ends ? Math.max(1, ban.getExpiresMs() - nowMs) : Long.MAX_VALUE;
        boolean mayReturn = ends || !ban.getNetwork().isEmpty();
        return new Banned(words(ban), mayReturn ? (int) Math.min(leftMs, atMost.toMillis()) : 0);
    }

    private static String words(Ban ban) {
        return ban.getReason().isEmpty() ? "banned" : "banned: " + ban.getReason();
    }

    boolean mayReturn() {
        return retryAfterMs > 0;
    }
}
