package io.hawser.coordinator.uplink;

import com.google.protobuf.ByteString;
import io.hawser.coordinator.webhook.Outcome;
import io.hawser.coordinator.webhook.Payloads;
import io.hawser.coordinator.webhook.Webhook;
import io.hawser.rpc.v1.Callback;
import io.hawser.rpc.v1.OutboxItem;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Attempts, each on a virtual thread of its own; {@link Turns} bounds them. Each ends with an outcome, closing included. */
final class Attempts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    private final Poster poster;
    private final ForwardMeters meters;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("callback-", 0).factory());

    /** Makes one call of a back end; fails for a fault of ours alone. */
    interface Poster {
        Outcome post(String url, Webhook webhook) throws InterruptedException;
    }

    Attempts(Poster poster, ForwardMeters meters) {
        this.poster = poster;
        this.meters = meters;
    }

    void run(Turns.Shot shot) {
        run(
                shot.url().url,
                shot.target().callback(),
                shot.head().item,
                outcome -> shot.over().accept(shot, outcome));
    }

    /** {@code then} is called once, on another thread or this one. */
    void run(String url, Callback callback, OutboxItem item, Consumer<Outcome> then) {
        try {
            threads.execute(() -> then.accept(post(url, callback, item)));
        } catch (RejectedExecutionException closed) {
            then.accept(new Outcome.Unreachable("the coordinator is closing"));
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** Somebody waits for it, and whoever writes the back end should know. */
    private void noReply(Callback callback, OutboxItem item, String why) {
        if (!item.getUplink().getCorrelation().isEmpty()) {
            meters.repliesIgnored.increment();
            LOG.warn(
                    "No reply for user {} of {}: callback {} answered {} with {}",
                    item.getUser(),
                    item.getApp(),
                    callback.getId(),
                    item.getWebhookId(),
                    why);
        }
    }

    private Outcome post(String url, Callback callback, OutboxItem item) {
        long began = System.nanoTime();
        try {
            ByteString payload = Payloads.of(item);
            Webhook webhook =
                    new Webhook(item.getWebhookId(), payload, callback.getSecretsList(), callback.getTimeoutMs());
            Outcome outcome = poster.post(url, webhook);
            if (outcome instanceof Outcome.Delivered delivered && delivered.reply() == null) {
                noReply(callback, item, delivered.noReply());
            }
            return outcome;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Unreachable("the coordinator is closing");
        } catch (RuntimeException | Error fault) {
            // Whatever it is: an attempt without an outcome keeps its stream and its place for ever.
            meters.faults.increment();
            LOG.error("An attempt at {} failed for a fault of ours", url, fault);
            return new Outcome.Failed("fault: " + fault);
        } finally {
            meters.attempt.record(System.nanoTime() - began, java.util.concurrent.TimeUnit.NANOSECONDS);
        }
    }
}
