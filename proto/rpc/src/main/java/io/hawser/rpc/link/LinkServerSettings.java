package io.hawser.rpc.link;

import java.time.Duration;

/**
 * How a service answers others.
 *
 * @param threads event loops that the connections are spread over; handlers are called on them
 * @param maxInFlight requests of one stream that are being handled or whose replies wait to be written; beyond, nothing
 *     more is read from that stream. A batch that was begun is taken whole
 * @param maxInFlightBytes the same, by the size of requests and of replies that wait
 * @param maxBatchReplies replies in one message of the stream
 * @param maxBatchBytes a batch of replies ends with the reply that reaches this size
 * @param maxRequestBytes largest batch of requests that is taken from a caller; more ends the stream
 * @param maxReplyBytes largest reply; beyond, the caller gets RESOURCE_EXHAUSTED
 * @param replyWithin how long replies that nobody waits for may wait for each other, where their handlers did not finish at
 *     once; zero: not at all
 * @param keepAlive a ping is sent after so long without hearing from a caller
 * @param keepAliveTimeout a caller that does not answer a ping for so long counts as lost
 * @param drainTimeout how long requests in hand may take to finish when the server closes
 */
public record LinkServerSettings(
        int threads,
        int maxInFlight,
        int maxInFlightBytes,
        int maxBatchReplies,
        int maxBatchBytes,
        int maxRequestBytes,
        int maxReplyBytes,
        Duration replyWithin,
        Duration keepAlive,
        Duration keepAliveTimeout,
        Duration drainTimeout) {
    private static final int MEBIBYTE = 1 << 20;

    public LinkServerSettings {
        Bounds.within("threads", threads, 1, 64);
        Bounds.within("maxInFlight", maxInFlight, 1, MEBIBYTE);
        Bounds.within("maxInFlightBytes", maxInFlightBytes, 4096, Integer.MAX_VALUE);
        Bounds.within("maxBatchReplies", maxBatchReplies, 1, 65_536);
        Bounds.within("maxBatchBytes", maxBatchBytes, 1, 64 * MEBIBYTE);
        Bounds.within("maxRequestBytes", maxRequestBytes, 4096, 256 * MEBIBYTE);
        Bounds.within("maxReplyBytes", maxReplyBytes, 1, 64 * MEBIBYTE);
        Bounds.within("replyWithin", replyWithin, Duration.ZERO, Duration.ofMillis(100));
        Bounds.within("keepAlive", keepAlive, Duration.ofSeconds(1), Duration.ofHours(1));
        Bounds.within("keepAliveTimeout", keepAliveTimeout, Duration.ofMillis(100), Duration.ofMinutes(5));
        Bounds.within("drainTimeout", drainTimeout, Duration.ZERO, Duration.ofMinutes(5));
    }

    public static LinkServerSettings defaults() {
        return new LinkServerSettings(
                1,
                4096,
                16 * MEBIBYTE,
                1024,
                256 * 1024,
                4 * MEBIBYTE,
                4 * MEBIBYTE,
                Duration.ofMillis(1),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5));
    }
}
