package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All that was sent, by its text. */
final class Messages {
    private final Map<String, Message> byText = new LinkedHashMap<>();
    private final Map<Audience, List<Message>> accepted = new LinkedHashMap<>();
    private final Map<String, Recall> recalls = new LinkedHashMap<>();
    private final Spans faultless;
    private final long nowNanos;
    /** Of each collapse key of a user, those that were accepted, by when they were sent. */
    private final Map<Map.Entry<Audience, String>, NavigableMap<Long, Message>> byKey = new HashMap<>();

    /**
     * @param faultless the times in which nothing was broken
     * @param nowNanos when it is asked what has to have come
     */
    Messages(List<Event> events, Spans faultless, long nowNanos) {
        this.faultless = faultless;
        this.nowNanos = nowNanos;
        for (Event event : events) {
            switch (event) {
                case Event.Sent sent -> {
                    if (byText.put(sent.text(), Message.of(sent)) != null) {
                        throw new IllegalArgumentException("text: " + sent.text() + " (expected: sent once in a run)");
                    }
                }
                case Event.Answered answered ->
                    byText.computeIfPresent(answered.text(), (text, message) -> message.with(answered));
                case Event.Repeated repeat ->
                    byText.computeIfPresent(repeat.text(), (text, message) -> message.with(repeat));
                case Event.Recalling recalling -> recalls.put(recalling.text(), Recall.of(recalling));
                case Event.Recalled recalled ->
                    recalls.computeIfPresent(recalled.text(), (text, recall) -> recall.with(recalled));
                default -> {
                    // Of another matter.
                }
            }
        }
        byText.values().stream().filter(Message::isAccepted).forEach(this::index);
    }

    private void index(Message message) {
        accepted.computeIfAbsent(message.audience(), first -> new ArrayList<>()).add(message);
        if (hasKey(message)) {
            byKey.computeIfAbsent(keyOf(message), key -> new TreeMap<>()).put(message.sentNanos(), message);
        }
    }

    private static boolean hasKey(Message message) {
        return !message.terms().collapseKey().isEmpty();
    }

    private static Map.Entry<Audience, String> keyOf(Message message) {
        return Map.entry(message.audience(), message.terms().collapseKey());
    }

    /** Why it need not come, whoever it is for, though it was accepted; null: it has to. */
    @Nullable
    Excuse excuse(Message message) {
        Recall recall = recalls.get(message.text());
        if (recall != null && recall.mayHaveTakenBack(faultless)) {
            return Excuse.RECALLED;
        }
        if (message.mayBeOver(nowNanos)) {
            return Excuse.EXPIRED;
        }
        return replacement(message) == null ? null : Excuse.COLLAPSED;
    }

    /** The next of its collapse key that was accepted; null: there is none. */
    private @Nullable Message replacement(Message message) {
        NavigableMap<Long, Message> ofKey = hasKey(message) ? byKey.get(keyOf(message)) : null;
        Map.Entry<Long, Message> next = ofKey == null ? null : ofKey.higherEntry(message.sentNanos());
        return next == null ? null : next.getValue();
    }

    /**
     * Since when nobody is given it any more, for another one of its collapse key; the end of all times: there is none, or only a
     * spool has it, and when it is in the mailboxes nobody says.
     */
    long replacedNanos(Message message) {
        Message replacement = replacement(message);
        return replacement == null || replacement.isSpooled() ? Long.MAX_VALUE : replacement.answeredNanos();
    }

    /** When it was taken back from all who had not acknowledged it; the end of all times: it was not. */
    long recalledNanos(Message message) {
        Recall recall = recalls.get(message.text());
        return recall == null ? Long.MAX_VALUE : recall.recalledNanos();
    }

    @Nullable
    Message of(String text) {
        return byText.get(text);
    }

    Collection<Message> all() {
        return byText.values();
    }

    /** What was accepted for those of whom this holds. */
    Stream<Message> accepted(Predicate<Audience> whom) {
        return accepted.entrySet().stream()
                .filter(some -> whom.test(some.getKey()))
                .flatMap(some -> some.getValue().stream());
    }

    /** All that was asked for back. */
    Collection<Recall> recalls() {
        return recalls.values();
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
