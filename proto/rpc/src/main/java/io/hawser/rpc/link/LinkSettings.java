package io.hawser.rpc.link;

import java.time.Duration;

/**
 * How a service calls another one.
 *
 * @param streamsPerPeer connections to each peer, each with one stream
 * @param threads event loops that the connections are spread over
 * @param maxPending calls that may be queued or in flight on a stream; beyond: RESOURCE_EXHAUSTED. One app may have as
 *     many as are still free besides
 * @param maxPendingBytes the same, by the size of the requests
 * @param maxBatchRequests requests in one message of the stream
 * @param maxBatchBytes a batch ends with the request that reaches this size
 * @param maxRequestBytes largest request; beyond: BODY_TOO_LARGE
 * @param maxReplyBytes largest batch of replies that is taken from a peer; more ends the stream
 * @param tick how late a deadline may be noticed
 * @param connectTimeout how long a connection may take to be made
 * @param minBackoff the first wait between attempts is drawn from zero to this; it doubles with each failed attempt
 * @param maxBackoff the longest wait between attempts
 * @param keepAlive a ping is sent after so long without hearing from the peer; gRPC allows 10 s at least
 * @param keepAliveTimeout a peer that does not answer a ping for so long counts as lost
 * @param drainTimeout how long calls in flight to a peer that left the view may take to finish
 */
public record LinkSettings(
        int streamsPerPeer,
        int threads,
        int maxPending,
        int maxPendingBytes,
        int maxBatchRequests,
        int maxBatchBytes,
        int maxRequestBytes,
        int maxReplyBytes,
        Duration tick,
        Duration connectTimeout,
        Duration minBackoff,
        Duration maxBackoff,
        Duration keepAlive,
        Duration keepAliveTimeout,
        Duration drainTimeout) {
    private static final int MEBIBYTE = 1 << 20;

    public LinkSettings {
        Bounds.within("streamsPerPeer", streamsPerPeer, 1, 16);
        Bounds.within("threads", threads, 1, 64);
        Bounds.within("maxPending", maxPending, 4, MEBIBYTE);
        Bounds.within("maxPendingBytes", maxPendingBytes, 4096, Integer.MAX_VALUE);
        Bounds.within("maxBatchRequests", maxBatchRequests, 1, 65_536);
        Bounds.within("maxBatchBytes", maxBatchBytes, 1, 64 * MEBIBYTE);
        Bounds.within("maxRequestBytes", maxRequestBytes, 1, 64 * MEBIBYTE);
        Bounds.within("maxReplyBytes", maxReplyBytes, 4096, 256 * MEBIBYTE);
        Bounds.within("tick", tick, Duration.ofMillis(1), Duration.ofSeconds(1));
        Bounds.within("connectTimeout", connectTimeout, Duration.ofMillis(1), Duration.ofMinutes(1));
        Bounds.within("minBackoff", minBackoff, Duration.ofMillis(1), Duration.ofMinutes(1));
        Bounds.within("maxBackoff", maxBackoff, minBackoff, Duration.ofMinutes(10));
        Bounds.within("keepAlive", keepAlive, Duration.ofSeconds(10), Duration.ofHours(1));
        Bounds.within("keepAliveTimeout", keepAliveTimeout, Duration.ofMillis(100), Duration.ofMinutes(5));
        Bounds.within("drainTimeout", drainTimeout, Duration.ZERO, Duration.ofMinutes(5));
    }

    public static LinkSettings defaults() {
        return new LinkSettings(
                1,
                1,
                16_384,
                32 * MEBIBYTE,
                1024,
                256 * 1024,
                2 * MEBIBYTE,
                16 * MEBIBYTE,
                Duration.ofMillis(10),
                Duration.ofSeconds(3),
                Duration.ofMillis(50),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5));
    }
}
