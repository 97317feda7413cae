package io.hawser.rpc.link;

import java.time.Duration;

/** The defaults, with what a test wants otherwise. */
final class SettingsBuilder {
    private final LinkSettings defaults = LinkSettings.defaults();
    private int streamsPerPeer = defaults.streamsPerPeer();
    private int maxPending = defaults.maxPending();
    private int maxPendingBytes = defaults.maxPendingBytes();
    private int maxBatchRequests = defaults.maxBatchRequests();
    private Duration keepAliveTimeout = defaults.keepAliveTimeout();
    private Duration drainTimeout = defaults.drainTimeout();

    SettingsBuilder streamsPerPeer(int value) {
        streamsPerPeer = value;
        return this;
    }

    SettingsBuilder maxPending(int value) {
        maxPending = value;
        return this;
    }

    SettingsBuilder maxPendingBytes(int value) {
        maxPendingBytes = value;
        return this;
    }

    SettingsBuilder maxBatchRequests(int value) {
        maxBatchRequests = value;
        return this;
    }

    SettingsBuilder keepAliveTimeout(Duration value) {
        keepAliveTimeout = value;
        return this;
    }

    SettingsBuilder drainTimeout(Duration value) {
        drainTimeout = value;
        return this;
    }

    LinkSettings build() {
        return new LinkSettings(
                streamsPerPeer,
                defaults.threads(),
                maxPending,
                maxPendingBytes,
                maxBatchRequests,
                defaults.maxBatchBytes(),
                defaults.maxRequestBytes(),
                defaults.maxReplyBytes(),
                defaults.tick(),
                defaults.connectTimeout(),
                Duration.ofMillis(5),
                Duration.ofMillis(50),
                defaults.keepAlive(),
                keepAliveTimeout,
                drainTimeout);
    }

    static LinkServerSettings server(int maxInFlight, Duration drainTimeout) {
        LinkServerSettings defaults = LinkServerSettings.defaults();
        return new LinkServerSettings(
                defaults.threads(),
                maxInFlight,
                defaults.maxInFlightBytes(),
                defaults.maxBatchReplies(),
                defaults.maxBatchBytes(),
                defaults.maxRequestBytes(),
                defaults.maxReplyBytes(),
                defaults.replyWithin(),
                defaults.keepAlive(),
                defaults.keepAliveTimeout(),
                drainTimeout);
    }
}
