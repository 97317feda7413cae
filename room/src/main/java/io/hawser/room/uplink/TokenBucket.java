package io.hawser.room.uplink;

/** How fast a client may send: a token bucket (Turner, 1986), filled as it is asked. */
final class TokenBucket {
    private static final long MS_A_SECOND = 1_000;

    /** Tokens, in thousandths. */
    private long milliTokens;

    private long asOfMs;

    TokenBucket(int burst, long nowMs) {
        milliTokens = burst * MS_A_SECOND;
        asOfMs = nowMs;
    }

    /** Takes a token; returns 0, or how many milliseconds there is none. */
    int take(int perSecond, int burst, long nowMs) {
        milliTokens = Math.min(burst * MS_A_SECOND, milliTokens + (nowMs - asOfMs) * perSecond);
        asOfMs = nowMs;
        if (milliTokens >= MS_A_SECOND) {
            milliTokens -= MS_A_SECOND;
            return 0;
        }
        return (int) Math.ceilDiv(MS_A_SECOND - milliTokens, perSecond);
    }
}
