package io.hawser.center.callback;

import io.hawser.rpc.v1.EventKind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The kinds of state events, as the API and callbacks name them. */
final class EventNames {
    private static final String PREFIX = "EVENT_";
    static final List<String> ALL = Arrays.stream(EventKind.values())
            .filter(kind -> kind != EventKind.UNRECOGNIZED && kind != EventKind.EVENT_KIND_UNSPECIFIED)
            .map(EventNames::of)
            .toList();

    private EventNames() {}

    static String of(EventKind kind) {
        return kind.name().substring(PREFIX.length()).toLowerCase(Locale.ROOT);
    }
}
