package io.hawser.coordinator.uplink;

import io.hawser.rpc.v1.Callback;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A callback: its addresses, in turn, and the streams that wait until one is up. */
final class Target {
    final LinkedHashSet<Stream> waiting = new LinkedHashSet<>();

    private Callback callback;
    private List<UrlBreaker> urls = List.of();
    private int turn;
    private long armedForMs = Long.MAX_VALUE;

    Target(Callback callback) {
        this.callback = callback;
    }

    Callback callback() {
        return callback;
    }

    /** Takes a change over; what is known of addresses that stay is kept. */
    void configure(Callback changed, ForwardSettings settings, long nowMs) {
        if (changed.equals(callback) && !urls.isEmpty()) {
            return;
        }
        List<UrlBreaker> next = new ArrayList<>();
        for (String url : changed.getUrlsList()) {
            next.add(urls.stream()
                    .filter(known -> known.url.equals(url))
                    .findFirst()
                    .orElseGet(() -> new UrlBreaker(url, settings)));
        }
        next.forEach(breaker -> breaker.tryNow(nowMs));
        callback = changed;
        urls = List.copyOf(next);
    }

    /** The address to try: one whose probe is due, else the next that is up; null: none. */
    @Nullable
    UrlBreaker pick(long nowMs) {
        for (UrlBreaker url : urls) {
            if (url.isProbeDue(nowMs)) {
                return url;
            }
        }
        return pickUp();
    }

    /** The next address that is up; null: none. */
    @Nullable
    UrlBreaker pickUp() {
        for (int i = 0; i < urls.size(); i++) {
            UrlBreaker url = urls.get(Math.floorMod(turn++, urls.size()));
            if (!url.isOpen()) {
                return url;
            }
        }
        return null;
    }

    /** When an address may be tried that is not; the end of time: none is, or one is being tried. */
    long nextProbeMs() {
        return urls.stream().mapToLong(UrlBreaker::nextProbeMs).min().orElse(Long.MAX_VALUE);
    }

    /** Returns whether a timer has to be set for this time: none is yet that comes as early. */
    boolean arm(long atMs) {
        if (waiting.isEmpty() || atMs >= armedForMs) {
            return false;
        }
        armedForMs = atMs;
        return true;
    }

    void disarm(long atMs) {
        if (armedForMs == atMs) {
            armedForMs = Long.MAX_VALUE;
        }
    }

    /** Why its addresses are down, the first one's before the others'. */
    String whyDown() {
        return urls.stream()
                .filter(UrlBreaker::isOpen)
                .map(UrlBreaker::reason)
                .findFirst()
                .orElse("");
    }

    boolean isDown() {
        return urls.stream().allMatch(UrlBreaker::isOpen);
    }
}
