package io.hawser.bench.chaos.load;

import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.History;
import io.hawser.bench.chaos.history.Outcome;
import io.hawser.bench.chaos.history.Terms;
import io.hawser.bench.measure.Pause;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Sends a message or a broadcast under its key, again and again until the answer leaves nothing open, or for as long as
 * its patience lasts.
 */
final class Sending {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long AGAIN_MILLIS = 200;

    private final Center center;
    private final Map<String, String> keys;
    private final History history;
    /** Of each user, repeats of what has no name yet: no more than a spool takes of a user. */
    private final Map<Audience, Queue<Runnable>> unnamed = new ConcurrentHashMap<>();

    /** @param keys of apps */
    Sending(Center center, Map<String, String> keys, History history) {
        this.center = center;
        this.keys = keys;
        this.history = history;
    }

    /** Returns when there is an outcome, which is in the history then. */
    void send(String text, Audience audience, Manner manner) {
        history.add(new Event.Sent(System.nanoTime(), text, audience, manner.terms()));
        Supplier<Center.Answer> send = () -> post(text, audience, manner.terms());
        Tried tried = untilNothingIsOpen(send);
        Center.Answer answer = tried.last;
        history.add(new Event.Answered(
                System.nanoTime(),
                text,
                tried.outcome(),
                tried.attempts,
                answer.status(),
                answer.seq(),
                answer.isSpooled(),
                answer.toString()));
        if (answer.isSpooled()) {
            spooled(text, audience, manner, send);
        } else if (answer.isAccepted()) {
            switch (manner.afterwards()) {
                case NOTHING -> {}
                case AGAIN -> repeat(text, send);
                case RECALL -> recall(text, audience, answer.seq());
            }
            askForNames(audience);
        }
    }

    /** What has no name cannot be asked for back. It is sent again now, and when it has a name. */
    private void spooled(String text, Audience audience, Manner manner, Supplier<Center.Answer> send) {
        if (manner.afterwards() == Manner.Afterwards.AGAIN) {
            repeat(text, send);
            unnamed.computeIfAbsent(audience, first -> new ConcurrentLinkedQueue<>())
                    .add(() -> repeat(text, send));
        }
    }

    /** Something newer of the user's is in its mailboxes, so all that was spooled before it is. */
    private void askForNames(Audience audience) {
        Queue<Runnable> repeats = unnamed.remove(audience);
        if (repeats != null) {
            repeats.forEach(Runnable::run);
        }
    }

    private void repeat(String text, Supplier<Center.Answer> send) {
        Center.Answer repeat = send.get();
        history.add(new Event.Repeated(
                System.nanoTime(), text, repeat.status(), repeat.seq(), repeat.isSpooled(), repeat.toString()));
    }

    private void recall(String text, Audience user, long seq) {
        history.add(new Event.Recalling(System.nanoTime(), text));
        String path = "/v1/apps/" + user.app() + "/users/" + user.user() + "/messages/" + seq + ":recall";
        Tried tried = untilNothingIsOpen(() -> center.post(key(user), path, Map.of()));
        Center.Answer answer = tried.last;
        boolean recalled = answer.isAccepted() && answer.body().path("recalled").asBoolean();
        history.add(new Event.Recalled(
                System.nanoTime(), text, tried.attempts, answer.status(), recalled, answer.toString()));
    }

    /**
     * What came of it.
     *
     * @param open whether an attempt may have been carried out that the last answer says nothing of
     */
    private record Tried(Center.Answer last, int attempts, boolean open) {
        Outcome outcome() {
            return last.isAccepted() ? Outcome.ACCEPTED : open ? Outcome.UNKNOWN : Outcome.REFUSED;
        }
    }

    private static Tried untilNothingIsOpen(Supplier<Center.Answer> attempt) {
        long giveUpNanos = System.nanoTime() + PATIENCE.toNanos();
        int attempts = 1;
        Center.Answer answer = attempt.get();
        boolean open = isOpen(answer);
        while (isWorthAnother(answer) && System.nanoTime() - giveUpNanos < 0) {
            Pause.millis(AGAIN_MILLIS);
            answer = attempt.get();
            attempts++;
            open |= isOpen(answer);
        }
        return new Tried(answer, attempts, open);
    }

    private static boolean isOpen(Center.Answer answer) {
        return !answer.isAccepted() && !answer.isRefused();
    }

    private static boolean isWorthAnother(Center.Answer answer) {
        return isOpen(answer) || answer.isTooEarly();
    }

    private Center.Answer post(String text, Audience audience, Terms terms) {
        Map<String, Object> document = new HashMap<>(Map.of("text", text, "idempotencyKey", text));
        document.put("qos", terms.pulled() ? "NOTIFY" : "DURABLE");
        if (terms.pulled()) {
            document.put("notify", Map.of("hint", text));
        }
        if (terms.ttlSeconds() > 0) {
            document.put("ttl", terms.ttlSeconds() + "s");
        }
        if (!terms.collapseKey().isEmpty()) {
            document.put("collapseKey", terms.collapseKey());
        }
        String path = "/v1/apps/" + audience.app();
        if (audience.isBroadcast()) {
            document.put(
                    "audience",
                    audience.group().isEmpty() ? Map.of("all", true) : Map.of("groups", List.of(audience.group())));
            path += "/broadcasts";
        } else {
            document.put("target", Map.of("user", audience.user()));
            path += "/messages:send";
        }
        return center.post(key(audience), path, document);
    }

    private String key(Audience audience) {
        return keys.getOrDefault(audience.app(), "");
    }
}
