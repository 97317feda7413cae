package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import java.util.List;
import java.util.stream.Stream;

/** The devices that read one mailbox, one at a time: what one of them had of it is owed to none of the others. */
final class Readers {
    private final List<Endpoint> endpoints;
    private final Cast cast;
    private final Messages messages;
    private final Settlement settlement;
    private final Mailbox mailbox;

    Readers(List<Endpoint> endpoints, Cast cast, Messages messages, Handovers handovers, Settlement settlement) {
        this.endpoints = endpoints;
        this.cast = cast;
        this.messages = messages;
        this.settlement = settlement;
        this.mailbox = new Mailbox(messages, handovers);
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }

    /** One of them was handed this; whether none had been before. */
    boolean had(Message message, Event.Delivered delivered) {
        return mailbox.had(message, delivered);
    }

    void end() {
        accepted()
                .forEach(message ->
                        settlement.settle(message, mailbox.excuse(message), mailbox.has(message), endpoints));
    }

    /** Whether there is nothing, accepted before then, that {@link #end} would miss. */
    boolean isComplete(long beforeNanos) {
        return accepted()
                .filter(message -> message.answeredNanos() < beforeNanos)
                .noneMatch(mailbox::lacks);
    }

    private Stream<Message> accepted() {
        return messages.accepted(audience -> !audience.isBroadcast() && cast.isFor(audience, endpoints.getFirst()));
    }
}
