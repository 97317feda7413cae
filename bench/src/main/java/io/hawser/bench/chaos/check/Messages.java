package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.Outcome;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All that was sent, by its text. */
final class Messages {
    private final Map<String, Message> byText = new LinkedHashMap<>();
    private final Set<String> askedBack = new HashSet<>();
    private final Map<String, Long> recalledNanos = new HashMap<>();
    /** Of each collapse key of a user, when the last one was sent that was not refused. */
    private final Map<Map.Entry<Audience, String>, Long> newestNanos = new HashMap<>();

    Messages(List<Event> events) {
        for (Event event : events) {
            switch (event) {
                case Event.Sent sent -> {
                    if (byText.put(sent.text(), Message.of(sent)) != null) {
                        throw new IllegalArgumentException("text: " + sent.text() + " (expected: sent once in a run)");
                    }
                }
                case Event.Answered answered ->
                    byText.computeIfPresent(answered.text(), (text, message) -> message.with(answered));
                case Event.Recalling recalling -> askedBack.add(recalling.text());
                case Event.Recalled recalled -> {
                    if (recalled.recalled()) {
                        recalledNanos.put(recalled.text(), recalled.atNanos());
                    }
                }
                default -> {
                    // Of another matter.
                }
            }
        }
        byText.values().stream()
                .filter(message -> message.outcome() != Outcome.REFUSED)
                .forEach(message -> newestNanos.merge(keyOf(message), message.sentNanos(), Math::max));
    }

    private static Map.Entry<Audience, String> keyOf(Message message) {
        return Map.entry(message.audience(), message.terms().collapseKey());
    }

    /** Why it need not come, though it was accepted; null: it has to. */
    @Nullable
    Excuse excuse(Message message) {
        if (message.terms().ttlSeconds() > 0) {
            return Excuse.EXPIRED;
        }
        if (askedBack.contains(message.text())) {
            return Excuse.RECALLED;
        }
        boolean newer = newestNanos.getOrDefault(keyOf(message), 0L) > message.sentNanos();
        return newer && !message.terms().collapseKey().isEmpty() ? Excuse.COLLAPSED : null;
    }

    /** Accepted, and to come. */
    boolean isOwed(Message message) {
        return message.isAccepted() && excuse(message) == null;
    }

    /** When it was taken back from all who had not acknowledged it; the end of all times: it was not. */
    long recalledNanos(Message message) {
        return recalledNanos.getOrDefault(message.text(), Long.MAX_VALUE);
    }

    @Nullable
    Message of(String text) {
        return byText.get(text);
    }

    Collection<Message> all() {
        return byText.values();
    }

    /** Apps of which something was accepted that was sent for the first time after that moment. */
    Set<String> appsThatAccepted(long afterNanos) {
        return byText.values().stream()
                .filter(message -> message.isAccepted() && message.sentNanos() > afterNanos)
                .map(message -> message.audience().app())
                .collect(Collectors.toSet());
    }

    long count(Outcome outcome) {
        return byText.values().stream()
                .filter(message -> message.outcome() == outcome)
                .count();
    }
}
