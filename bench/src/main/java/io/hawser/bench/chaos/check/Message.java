package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.Outcome;
import io.hawser.bench.chaos.history.Terms;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What was sent, and what its sender knows of it.
 *
 * @param sentNanos when it was sent for the first time
 * @param answer null: there is none yet
 * @param seq what its sender was told; 0: nothing
 * @param repeatedNanos when the last repeat of what was accepted was answered; 0: there was none; the end of all times: one was
 *     not accepted, as far as its sender knows, and may be yet
 */
record Message(
        String text,
        Audience audience,
        Terms terms,
        long sentNanos,
        Event.@Nullable Answered answer,
        long seq,
        long repeatedNanos) {
    static Message of(Event.Sent sent) {
        return new Message(sent.text(), sent.audience(), sent.terms(), sent.atNanos(), null, 0, 0);
    }

    Message with(Event.Answered itsAnswer) {
        return new Message(text, audience, terms, sentNanos, itsAnswer, itsAnswer.seq(), 0);
    }

    /** What a spool had accepted has a number later, which a repeat is told. */
    Message with(Event.Repeated repeat) {
        long named = isSpooled() && seq == 0 ? repeat.seq() : seq;
        long atNanos = Math.max(repeatedNanos, repeat.isAccepted() ? repeat.atNanos() : Long.MAX_VALUE);
        return new Message(text, audience, terms, sentNanos, answer, named, atNanos);
    }

    Outcome outcome() {
        return answer == null ? Outcome.UNKNOWN : answer.outcome();
    }

    boolean isAccepted() {
        return outcome() == Outcome.ACCEPTED;
    }

    /** Whether it was accepted by a spool, and was in no mailbox then. */
    boolean isSpooled() {
        return answer != null && isAccepted() && answer.spooled();
    }

    /** Whether it was sent once more, as by somebody who missed the answer. */
    boolean isRepeated() {
        return repeatedNanos != 0;
    }

    /** 0: there is no answer. */
    long answeredNanos() {
        return answer == null ? 0 : answer.atNanos();
    }

    /**
     * When the last attempt at it was carried out, at the latest; the end of all times: one without an answer may be yet. What has a
     * number has its place by then, whatever is repeated.
     */
    long carriedOutNanos() {
        if (answer == null || !isAccepted()) {
            return Long.MAX_VALUE;
        }
        if (!answer.spooled()) {
            return answer.atNanos();
        }
        return answer.attempts() > 1 ? Long.MAX_VALUE : Math.max(answer.atNanos(), repeatedNanos);
    }

    /** When its time is over, at the latest: it was accepted when its answer came, or before; the end of all times: never. */
    long expiryNanos() {
        return terms.ttlSeconds() == 0 || !isAccepted()
                ? Long.MAX_VALUE
                : answeredNanos() + TimeUnit.SECONDS.toNanos(terms.ttlSeconds());
    }

    /** Whether its time may be over by then: it was accepted when it was sent, or later. */
    boolean mayBeOver(long atNanos) {
        return terms.ttlSeconds() > 0 && atNanos - sentNanos > TimeUnit.SECONDS.toNanos(terms.ttlSeconds());
    }
}
