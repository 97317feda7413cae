package io.hawser.bench.chaos.load;

import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import io.hawser.client.KickCause;
import io.hawser.client.PushClient;
import io.hawser.client.PushListener;
import io.hawser.client.PushMessage;
import io.hawser.client.StateChange;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A device with the SDK on it: does what it is told, one after the other, and tells what happens to it. */
final class Phone {
    static final String ROUTE = "chaos";
    private static final Duration FIRST_DELAY = Duration.ofMillis(100);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(2);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    private final Endpoint endpoint;
    private final List<String> dispatchers;
    private final Path directory;
    private final Consumer<Event> told;
    private final Consumer<String> failed;
    private final ExecutorService orders =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    private @Nullable PushClient client;
    private int life;

    /** @param failed hears that this device cannot do as it is told, and does not return */
    Phone(Endpoint endpoint, List<String> dispatchers, Path directory, Consumer<Event> told, Consumer<String> failed) {
        this.endpoint = endpoint;
        this.dispatchers = dispatchers;
        this.directory = directory;
        this.told = told;
        this.failed = failed;
    }

    // A phone that does not do as it is told would show as a message that is lost: better to end here.
    @SuppressWarnings("CatchingUnchecked")
    void take(Order order) {
        orders.execute(() -> {
            try {
                carryOut(order);
            } catch (IOException | RuntimeException | Error e) {
                failed.accept("device " + endpoint + ", told to " + order.verb() + ": " + e);
            }
        });
    }

    private void carryOut(Order order) throws IOException {
        switch (order.verb()) {
            case START -> start(order);
            case STOP -> stop();
            case SEND_UP -> sendUp(order.text());
            case MOVE -> {
                if (client != null) {
                    client.networkChanged();
                }
            }
        }
    }

    private void start(Order order) throws IOException {
        stop();
        life = order.life();
        client = PushClient.builder()
                .dispatchers(dispatchers)
                .app(endpoint.app())
                .user(endpoint.user())
                .device(endpoint.device())
                .deviceClass(endpoint.deviceClass())
                .groups(order.groups())
                .tokenSource(order::token)
                .storeIn(directory)
                .backOff(FIRST_DELAY, LONGEST_DELAY)
                .connectTimeout(CONNECT_TIMEOUT)
                .listener(new Ear(life))
                .start();
    }

    private void stop() {
        PushClient running = client;
        if (running == null) {
            return;
        }
        told.accept(new Event.Leaving(System.nanoTime(), endpoint, life));
        running.close();
        client = null;
        told.accept(new Event.Ended(
                System.nanoTime(),
                endpoint,
                life,
                (int) running.counters().resumes(),
                (int) running.counters().binds(),
                (int) running.counters().duplicates()));
    }

    private void sendUp(String text) {
        PushClient running = client;
        if (running == null) {
            return;
        }
        told.accept(new Event.Offered(System.nanoTime(), endpoint, text));
        try {
            var stored = running.send(ROUTE, text);
            told.accept(new Event.Queued(System.nanoTime(), endpoint, text));
            var _ = stored.whenComplete((nothing, failure) -> stored(text, failure));
        } catch (HawserException refused) {
            if (refused.code() == ErrorCode.INTERNAL) {
                // Its disk does not take it: that is ours.
                throw refused;
            }
            stored(text, refused);
        }
    }

    private void stored(String text, @Nullable Throwable failure) {
        HawserException refused = failure instanceof HawserException coded ? coded : null;
        if (refused == null || refused.code() != ErrorCode.CANCELLED) {
            String refusal = failure == null ? "" : refused == null ? failure.toString() : told(refused);
            told.accept(new Event.Stored(System.nanoTime(), endpoint, text, refusal));
        }
    }

    private static String told(HawserException refused) {
        return refused.code() + ": " + refused.getMessage();
    }

    /** What is told of a life. */
    private final class Ear implements PushListener {
        private final int ofLife;

        Ear(int ofLife) {
            this.ofLife = ofLife;
        }

        @Override
        public void onMessage(PushMessage message) {
            long atNanos = System.nanoTime();
            told.accept(
                    message.hasBody()
                            ? new Event.Delivered(
                                    atNanos, endpoint, ofLife, message.text(), message.seq(), message.redelivered())
                            : new Event.Bodiless(atNanos, endpoint, ofLife, message.hint()));
        }

        @Override
        public void onState(StateChange change) {
            KickCause kick = change.kick();
            told.accept(new Event.State(
                    System.nanoTime(),
                    endpoint,
                    ofLife,
                    change.state().name(),
                    kick == null ? "" : kick.name(),
                    change.reason()));
        }

        @Override
        public void onGap(long positionBefore, long position) {
            reset("reset from " + positionBefore + " to " + position);
        }

        @Override
        public void onBroadcastsLost(long lostTo) {
            reset("broadcasts up to " + lostTo + " are gone");
        }

        private void reset(String what) {
            told.accept(new Event.Reset(System.nanoTime(), endpoint, ofLife, what));
        }
    }
}
