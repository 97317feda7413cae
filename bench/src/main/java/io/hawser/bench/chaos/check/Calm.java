package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Endpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** When nothing was broken, and somebody was there. */
final class Calm {
    private final Presence presence;
    private final Spans faultless;
    private final Map<List<Endpoint>, Spans> spans = new HashMap<>();

    Calm(Presence presence, Spans faultless) {
        this.presence = presence;
        this.faultless = faultless;
    }

    /** For one of these. */
    Spans of(List<Endpoint> readers) {
        return spans.computeIfAbsent(readers, some -> faultless.and(presence.of(some)));
    }
}
