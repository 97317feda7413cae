package io.hawser.register;

import java.util.HashMap;
import java.util.Map;

/**
 * One copy of each text that many sessions share: device classes, mailboxes, client versions.
 *
 * <p>Clients choose some of these texts, so the number kept is bounded; a text beyond it is merely not shared.
 */
final class Names {
    private static final int MAX_SHARED = 4096;

    private final Map<String, String> shared = new HashMap<>();

    String share(String text) {
        String known = shared.get(text);
        if (known != null) {
            return known;
        }
        if (shared.size() < MAX_SHARED) {
            shared.put(text, text);
        }
        return text;
    }
}
