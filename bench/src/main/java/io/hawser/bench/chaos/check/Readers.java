package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.chaos.history.Endpoint;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The devices that read one mailbox, one at a time: what one of them had of it is owed to none of the others. */
final class Readers {
    private final List<Endpoint> endpoints;
    private final Cast cast;
    private final Messages messages;
    private final Settlement settlement;
    private final Set<String> had = new HashSet<>();

    Readers(List<Endpoint> endpoints, Cast cast, Messages messages, Settlement settlement) {
        this.endpoints = endpoints;
        this.cast = cast;
        this.messages = messages;
        this.settlement = settlement;
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }

    /** One of them was handed this; whether none had been before. */
    boolean had(String text) {
        return had.add(text);
    }

    void end() {
        accepted().forEach(message -> settlement.settle(message, had.contains(message.text()), told()));
    }

    /** Whether there is nothing, accepted before then, that {@link #end} would miss. */
    boolean isComplete(long beforeNanos) {
        return accepted()
                .filter(message -> messages.isOwed(message) && message.answeredNanos() < beforeNanos)
                .allMatch(message -> had.contains(message.text()));
    }

    private Stream<Message> accepted() {
        return messages.all().stream()
                .filter(message -> message.isAccepted() && !message.audience().isBroadcast())
                .filter(message -> cast.isFor(message.audience(), endpoints.getFirst()));
    }

    private String told() {
        return endpoints.size() == 1 ? endpoints.getFirst().toString() : "any of " + endpoints;
    }
}
