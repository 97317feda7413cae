package io.hawser.client;

import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Diagnostics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** What a client tells of itself when its room asks: what connects, and what it has counted. Nothing of its user's. */
final class Diagnosis {
    private static final int MAX_REQUEST_BYTES = 64;
    private static final int MAX_FACT_CHARS = 64;
    /** An answer is many times as long as its question: a room that asks over and over is not answered each time. */
    private static final long SPACING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ClientSettings settings;
    private final Counters counters;
    private final Outbound outbound;
    private long nextNanos;

    Diagnosis(ClientSettings settings, Counters counters, Outbound outbound) {
        this.settings = settings;
        this.counters = counters;
        this.outbound = outbound;
        this.nextNanos = settings.ticker.nanoTime();
    }

    /** Answers {@code request}, once a second at most; what is asked in between is ignored. */
    void tell(String request, String address, int heartbeatSeconds) throws IOException {
        long nowNanos = settings.ticker.nanoTime();
        if (nowNanos - nextNanos >= 0) {
            nextNanos = nowNanos + SPACING_NANOS;
            outbound.send(frame(request, address, heartbeatSeconds));
        }
    }

    /** A request too long to come back is not answered by its name. */
    private byte[] frame(String request, String address, int heartbeatSeconds) {
        boolean fits = request.getBytes(StandardCharsets.UTF_8).length <= MAX_REQUEST_BYTES;
        return Frames.encode(
                FrameType.DIAGNOSTICS,
                facts(address, heartbeatSeconds).setRequest(fits ? request : "").build());
    }

    private Diagnostics.Builder facts(String address, int heartbeatSeconds) {
        return Diagnostics.newBuilder()
                .putFacts("sdk", Introduction.SDK)
                .putFacts("platform", shortened(Introduction.platform()))
                .putFacts("network", shortened(settings.network.get()))
                .putFacts("client_version", shortened(settings.clientVersion))
                .putFacts("address", shortened(address))
                .putFacts("heartbeat_seconds", Integer.toString(heartbeatSeconds))
                .putFacts("connects", Long.toString(counters.connects()))
                .putFacts("binds", Long.toString(counters.binds()))
                .putFacts("handed", Long.toString(counters.handed()))
                .putFacts("duplicates", Long.toString(counters.duplicates()))
                .putFacts("gaps", Long.toString(counters.gaps()))
                .putFacts("given_up", Long.toString(counters.givenUp()))
                .putFacts("listener_failures", Long.toString(counters.listenerFailures()))
                .putFacts("store_failures", Long.toString(counters.storeFailures()))
                .putFacts("transients_dropped", Long.toString(counters.transientsDropped()));
    }

    private static String shortened(String text) {
        return text.length() <= MAX_FACT_CHARS ? text : text.substring(0, MAX_FACT_CHARS);
    }
}
