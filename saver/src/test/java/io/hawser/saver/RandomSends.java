package io.hawser.saver;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Messages of all kinds to some users, with every request an id of its own, and now and then the same request again. */
final class RandomSends {
    private final Random random;
    private final SteppedClock clock;
    private final String prefix;
    private final List<ModelledLog> users;
    private int number;

    /** @param prefix of the requests' ids */
    RandomSends(Random random, SteppedClock clock, String prefix, List<ModelledLog> users) {
        this.random = random;
        this.clock = clock;
        this.prefix = prefix;
        this.users = users;
    }

    /** Sends messages at once, without waiting for one another; returns what tells the model of each answer. */
    List<CompletableFuture<Runnable>> start(int count) {
        List<CompletableFuture<Runnable>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ModelledLog user = any(users);
            SentMessage message = message(user);
            answers.add(user.append(message));
            if (!message.keyed && random.nextInt(3) == 0) {
                answers.add(user.append(again(message)));
            }
        }
        return answers;
    }

    /** The same request again, as a sender does that got no answer, or lost it. */
    void repeat(ModelledLog user) {
        List<SentMessage> sent = user.model.sent;
        if (!sent.isEmpty()) {
            SentMessage message = random.nextBoolean() ? sent.getLast() : any(sent);
            user.append(message.keyed ? message : again(message)).join().run();
        }
    }

    private SentMessage again(SentMessage message) {
        return message.again("m" + ++number);
    }

    private SentMessage message(ModelledLog user) {
        Collection<String> mailboxes = user.model.readers.keySet();
        String target = random.nextInt(4) == 0 && !mailboxes.isEmpty() ? any(mailboxes) : "";
        String key = random.nextInt(5) == 0 ? "k" + random.nextInt(2) : "";
        long expires = clock.millis() + 1_000 + random.nextInt(random.nextBoolean() ? 60_000 : 10_000_000);
        boolean keyed = random.nextInt(3) > 0;
        int maxMessages = random.nextInt(5) == 0 ? 1 + random.nextInt(12) : 0;
        // Seldom, and of many: what may have been dropped the model knows little of.
        boolean drops = random.nextInt(12) == 0;
        number++;
        return new SentMessage(
                "m" + number,
                prefix + "r" + number,
                keyed,
                target,
                key,
                expires,
                drops ? 8 + random.nextInt(12) : maxMessages,
                drops);
    }

    private <T> T any(Collection<T> of) {
        return List.copyOf(of).get(random.nextInt(of.size()));
    }
}
