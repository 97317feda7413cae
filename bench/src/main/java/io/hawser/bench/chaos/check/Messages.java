package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.Outcome;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All that was sent, by its text. */
final class Messages {
    private final Map<String, Message> byText = new LinkedHashMap<>();

    Messages(List<Event> events) {
        for (Event event : events) {
            switch (event) {
                case Event.Sent sent -> {
                    var message = new Message(sent.text(), sent.audience(), sent.atNanos(), null);
                    if (byText.put(sent.text(), message) != null) {
                        throw new IllegalArgumentException("text: " + sent.text() + " (expected: sent once in a run)");
                    }
                }
                case Event.Answered answered ->
                    byText.computeIfPresent(
                            answered.text(),
                            (text, message) -> new Message(text, message.audience(), message.sentNanos(), answered));
                default -> {
                    // Of another matter.
                }
            }
        }
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
