package io.hawser.keeper;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;

/** What a service has operators told of itself, by what it is about. */
final class Remarks {
    private final Map<String, String> said = new ConcurrentSkipListMap<>();
    private final AtomicReference<Runnable> changed = new AtomicReference<>(() -> {});

    /** Has {@code listener} called after each change, from whatever thread makes it. */
    void onChange(Runnable listener) {
        changed.set(listener);
    }

    void say(String about, String words) {
        String before = words.isBlank() ? said.remove(about) : said.put(about, words);
        if (!words.equals(before == null ? "" : before)) {
            changed.get().run();
        }
    }

    Map<String, String> all() {
        return Map.copyOf(said);
    }
}
