package io.hawser.bench.swarm;

import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Stamp;
import io.hawser.wire.v1.UplinkAck;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * What a generator's clients send up: each keeps what is not stored, and sends it again where it has to. Belongs to the
 * generator's thread.
 */
final class Uplinking {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long LEAST_RETRY_MILLIS = 100;

    private record Due(Client client, long atNanos) {}

    private final UplinkLoad load;
    private final List<Client> clients;
    private final Consumer<Told> out;
    private final Queue<Client> idle;
    private final PriorityQueue<Due> again = new PriorityQueue<>(Comparator.comparingLong(Due::atNanos));
    private final Histogram toStored = Percentiles.histogram();
    private final long beganNanos = System.nanoTime();
    private final long endNanos;
    private int turn;
    private long sent;
    private long stored;
    private long refused;
    private String firstRefusal = "";
    private boolean told;

    Uplinking(UplinkLoad load, List<Client> clients, Consumer<Told> out) {
        this.load = load;
        this.clients = clients;
        this.out = out;
        this.idle = new ArrayDeque<>(clients);
        this.endNanos = beganNanos + (long) (load.seconds() * 1e9);
    }

    boolean isOver() {
        return told;
    }

    /** Sends what is due, and tells once all of it is answered, or nobody waits any longer. */
    void goOn() {
        long nowNanos = System.nanoTime();
        while (!again.isEmpty() && again.peek().atNanos() <= nowNanos) {
            Client client = again.remove().client();
            if (client.uplinks(load.route()).isStalled()) {
                sendAgain(client);
            }
        }
        if (load.perSecond() > 0) {
            sendDue(nowNanos);
        } else {
            sendMore(nowNanos);
        }
        boolean isAnswered = stored + refused == sent;
        if (!told && nowNanos >= endNanos && (isAnswered || nowNanos - endNanos > PATIENCE_NANOS)) {
            told = true;
            out.accept(new Told.SentUp(sent, stored, refused, firstRefusal, Percentiles.compressed(toStored)));
        }
    }

    private void sendDue(long nowNanos) {
        long due = dueNanos();
        while (due <= nowNanos && due < endNanos) {
            send(next(), due);
            due = dueNanos();
        }
    }

    private long dueNanos() {
        return beganNanos + TimeUnit.SECONDS.toNanos(sent) / load.perSecond();
    }

    private void sendMore(long nowNanos) {
        while (nowNanos < endNanos && sent - stored - refused < load.outstanding() && !idle.isEmpty()) {
            send(idle.remove(), nowNanos);
        }
    }

    /** The next in turn that is connected; who is not, where nobody is. */
    private Client next() {
        Client next = clients.get(turn++ % clients.size());
        for (int i = 1; i < clients.size() && !next.isUp(); i++) {
            next = clients.get(turn++ % clients.size());
        }
        return next;
    }

    private void send(Client client, long dueNanos) {
        sent++;
        byte[] frame =
                client.uplinks(load.route()).add(new Stamp(load.phase(), dueNanos).body(load.bodyBytes()), dueNanos);
        if (client.isUp()) {
            client.send(frame);
        }
    }

    void acknowledged(Client client, UplinkAck ack) {
        UplinkQueue queue = client.uplinks(load.route());
        switch (queue.take(ack, this::stored)) {
            case again -> {
                long delayMillis = Math.max(LEAST_RETRY_MILLIS, ack.getRetryAfterMs());
                again.add(new Due(client, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMillis)));
            }
            case refused -> refused(ack.getDetail());
            case nothing -> {}
        }
        if (queue.isEmpty() && load.perSecond() == 0) {
            idle.add(client);
        }
    }

    /** What a phase before this one has given up is none of its own. */
    private void stored(long dueNanos) {
        if (dueNanos - beganNanos < 0) {
            return;
        }
        stored++;
        Percentiles.record(toStored, dueNanos, System.nanoTime());
    }

    private void refused(String why) {
        refused++;
        if (firstRefusal.isEmpty()) {
            firstRefusal = why;
        }
    }

    /** The client is connected anew, or has waited as long as it was told. */
    void sendAgain(Client client) {
        if (client.isUp()) {
            client.send(client.uplinks(load.route()).again());
        }
    }
}
