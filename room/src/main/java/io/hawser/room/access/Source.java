package io.hawser.room.access;

/**
 * Where connections come from: an address, or an IPv6 network that counts as one, with how many there are. All of a
 * source's connections hold this, so that leaving looks nothing up. Its state is the {@link SourceTable}'s.
 */
public final class Source implements Verdict {
    /** Of those who are not counted by address: there is none, it is not known yet, or too many others are counted. */
    public static final Source UNCOUNTED = new Source(0, 0);
    /** Of proxies, until they have said for whom they connect; and after, where that is themselves. */
    public static final Source PROXY = new Source(0, 0);

    final long key;
    int connections;
    long fullAtNanos;

    Source(long key, long nowNanos) {
        this.key = key;
        this.fullAtNanos = nowNanos;
    }

    boolean isCounted() {
        return this != UNCOUNTED && this != PROXY;
    }

    /** Whether nothing would be forgotten with it. */
    boolean isIdle(long nowNanos) {
        return connections == 0 && HandshakeRate.isFull(fullAtNanos, nowNanos);
    }
}
