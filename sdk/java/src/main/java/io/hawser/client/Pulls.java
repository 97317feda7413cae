package io.hawser.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.Message;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The notifications whose bodies are not here yet, and the thread that gets them, one at a time, when each is due.
 *
 * <p>A notification is kept on disk from before it is acknowledged until the listener has it with its body. So it does not
 * hold up the messages behind it, and is not in their order. One that is restored may have been handed over just before
 * the crash, and says so.
 */
final class Pulls implements Runnable {
    private static final byte MESSAGE = 0;
    private static final byte BROADCAST = 1;

    private final DurableQueue store;
    private final Puller puller;
    private final @Nullable BodySource elsewhere;
    private final Delivery delivery;
    private final ClientSettings settings;
    private final PriorityQueue<Pull> due = new PriorityQueue<>((a, b) -> Long.signum(a.dueNanos - b.dueNanos));
    private final Set<String> waiting = new HashSet<>();
    private long lastNumber;
    private boolean ended;

    private static final class Pull {
        final long number;
        final PushMessage notification;
        final BackOff backOff;
        long dueNanos;

        Pull(long number, PushMessage notification, BackOff backOff, long dueNanos) {
            this.number = number;
            this.notification = notification;
            this.backOff = backOff;
            this.dueNanos = dueNanos;
        }
    }

    Pulls(DurableQueue store, Puller puller, Delivery delivery, ClientSettings settings) throws IOException {
        this.store = store;
        this.puller = puller;
        this.elsewhere = settings.bodies;
        this.delivery = delivery;
        this.settings = settings;
        this.lastNumber = store.lastNumber();
        for (Map.Entry<Long, byte[]> entry : store.entries().entrySet()) {
            PushMessage notification = parse(entry.getValue());
            waiting.add(name(notification));
            plan(entry.getKey(), notification);
        }
    }

    /**
     * @param again it may have been handed over before
     * @return false where it could not be kept: the queue is full
     */
    boolean add(Message message, boolean again) throws IOException {
        return add(MESSAGE, message.toByteArray(), new PushMessage(message, again));
    }

    boolean add(Broadcast broadcast, boolean again) throws IOException {
        return add(BROADCAST, broadcast.toByteArray(), PushMessage.of(broadcast, again));
    }

    /** One that waits already came again because a crash hid that it was kept. */
    private synchronized boolean add(byte kind, byte[] frame, PushMessage notification) throws IOException {
        if (!waiting.add(name(notification))) {
            return true;
        }
        byte[] entry = new byte[frame.length + 1];
        entry[0] = kind;
        System.arraycopy(frame, 0, entry, 1, frame.length);
        boolean kept = false;
        try {
            kept = store.add(lastNumber + 1, entry);
        } finally {
            if (!kept) {
                waiting.remove(name(notification));
            }
        }
        if (!kept) {
            return false;
        }
        plan(++lastNumber, notification);
        notifyAll();
        return true;
    }

    /** The listener has it: nothing is kept of it any more. */
    private synchronized void done(Pull pull) {
        waiting.remove(name(pull.notification));
        try {
            store.remove(pull.number);
        } catch (IOException e) {
            delivery.error(new HawserException(ErrorCode.INTERNAL, "pull store: " + e.getMessage(), e));
        }
    }

    private static String name(PushMessage notification) {
        return notification.isBroadcast() ? "b" + notification.bseq() : "m" + notification.seq();
    }

    @Override
    public void run() {
        try {
            for (Pull next = awaitDue(); next != null; next = awaitDue()) {
                pull(next);
            }
        } catch (InterruptedException e) {
            // Only the client's end interrupts this thread.
            Thread.currentThread().interrupt();
        }
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    private void plan(long number, PushMessage notification) {
        DoubleSupplier chance = settings.chance;
        long withinMs = Integer.toUnsignedLong(notification.message().getPullWithinMs());
        long dueNanos =
                settings.ticker.nanoTime() + (long) (TimeUnit.MILLISECONDS.toNanos(withinMs) * chance.getAsDouble());
        due.add(new Pull(number, notification, settings.newBackOff(), dueNanos));
    }

    private synchronized @Nullable Pull awaitDue() throws InterruptedException {
        while (!ended) {
            Pull first = due.peek();
            long inNanos = first == null ? Long.MAX_VALUE : first.dueNanos - settings.ticker.nanoTime();
            if (first != null && inNanos <= 0) {
                return due.remove();
            }
            wait(Math.max(1, Math.min(TimeUnit.NANOSECONDS.toMillis(inNanos), 60_000)));
        }
        return null;
    }

    private void pull(Pull pull) throws InterruptedException {
        PushMessage notification = pull.notification;
        long expiresMs = notification.expiresMs();
        try {
            boolean late = expiresMs != 0 && expiresMs < System.currentTimeMillis();
            PushMessage whole = late ? notification : notification.withBody(fetch(notification));
            delivery.pulled(whole, () -> done(pull));
        } catch (BodySource.NoSuchBody e) {
            delivery.error(new HawserException(ErrorCode.NOT_FOUND, notification + ": " + e.getMessage(), e));
            delivery.pulled(notification, () -> done(pull));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | Error e) {
            delivery.error(new HawserException(ErrorCode.UNAVAILABLE, notification + ": pull: " + e.getMessage(), e));
            again(pull);
        }
    }

    private synchronized void again(Pull pull) {
        pull.dueNanos = settings.ticker.nanoTime() + pull.backOff.nextNanos(0);
        due.add(pull);
    }

    private byte[] fetch(PushMessage notification) throws Exception {
        if (notification.message().getBodyElsewhere()) {
            BodySource source = elsewhere;
            if (source == null) {
                throw new BodySource.NoSuchBody("the app has no body source");
            }
            return source.fetch(notification);
        }
        try {
            return puller.pull(notification.key(), notification.bseq() != 0);
        } catch (HawserException e) {
            throw e.code() == ErrorCode.NOT_FOUND ? new BodySource.NoSuchBody(String.valueOf(e.getMessage())) : e;
        }
    }

    private static PushMessage parse(byte[] entry) throws IOException {
        try {
            byte[] frame = java.util.Arrays.copyOfRange(entry, 1, entry.length);
            return entry[0] == BROADCAST
                    ? PushMessage.of(Broadcast.parseFrom(frame), true)
                    : new PushMessage(Message.parseFrom(frame), true);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("pulls: malformed entry", e);
        }
    }
}
