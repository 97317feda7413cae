package io.hawser.coordinator.uplink;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether the back end at an address is up. While it is not, nothing goes there but a probe now and then, and attempts are
 * not counted.
 *
 * <p>It is down when no connection can be made, or when several attempts of several streams in a row failed: a single
 * stream may fail for its own sake.
 */
final class UrlBreaker {
    final String url;

    private final ForwardSettings settings;
    private final List<Stream> streak = new ArrayList<>();
    private String reason = "";
    private boolean open;
    private boolean probing;
    private long backoffMs;
    private long probeAtMs;

    UrlBreaker(String url, ForwardSettings settings) {
        this.url = url;
        this.settings = settings;
    }

    boolean isOpen() {
        return open;
    }

    /** Why it was found to be down last; empty: it never was. */
    String reason() {
        return reason;
    }

    void because(String why) {
        reason = why;
    }

    boolean isProbeDue(long nowMs) {
        return open && !probing && nowMs >= probeAtMs;
    }

    long nextProbeMs() {
        return open && !probing ? probeAtMs : Long.MAX_VALUE;
    }

    /** An attempt begins; while it is open, that is the probe. */
    void begin() {
        probing = open;
    }

    /** Returns whether it was down until now. */
    boolean answered() {
        boolean wasOpen = open;
        open = false;
        probing = false;
        backoffMs = 0;
        streak.clear();
        return wasOpen;
    }

    /** Returns those whose failures opened it, the last included; none: they count as their own. */
    List<Stream> failed(Stream stream, long nowMs, double chance) {
        streak.add(stream);
        boolean several = streak.stream().distinct().count() > 1;
        if (!open && (streak.size() < settings.failuresToOpen() || !several)) {
            trim();
            return List.of();
        }
        List<Stream> together = List.copyOf(streak);
        down(nowMs, chance);
        return together;
    }

    void down(long nowMs, double chance) {
        backoffMs = backoffMs == 0
                ? settings.firstProbe().toMillis()
                : Math.min(settings.maxProbe().toMillis(), 2 * backoffMs);
        // A fifth is drawn by lot, so that the many who wait for a back end do not come together.
        pause(nowMs, (long) (backoffMs * (1 - 0.2 * chance)));
    }

    void pause(long nowMs, long forMs) {
        open = true;
        probing = false;
        probeAtMs = nowMs + forMs;
        streak.clear();
    }

    /** Something about the callback was changed: perhaps it works now. */
    void tryNow(long nowMs) {
        backoffMs = 0;
        probeAtMs = Math.min(probeAtMs, nowMs);
    }

    private void trim() {
        if (streak.size() >= settings.failuresToOpen()) {
            streak.removeFirst();
        }
    }
}
