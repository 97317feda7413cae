package io.hawser.room.connection;

import java.util.HashMap;
import java.util.Map;

/** Strings that many bindings of an event loop hold, one instance of each; of so many, for clients choose some of them. */
final class SharedStrings {
    private static final int MAX_STRINGS = 4_096;

    private final Map<String, String> known = new HashMap<>();

    /** Returns the one instance of it; the text itself where there is none, and no place for another. */
    String of(String text) {
        String shared = known.get(text);
        if (shared != null) {
            return shared;
        }
        if (known.size() < MAX_STRINGS) {
            known.put(text, text);
        }
        return text;
    }
}
