package io.hawser.bench.swarm;

import io.hawser.bench.measure.Percentiles;
import io.hawser.wire.v1.UplinkAck;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** A generator's clients: how they come, stay and come back. Belongs to the generator's thread. */
final class Crowd implements Client.Home {
    private static final int MOST_TIMES_SENT_AWAY = 20;

    private record Later(int client, long atNanos) {}

    private final Ramp ramp;
    private final Selector selector;
    private final Counts counts;
    private final Consumer<Told> out;
    private final List<InetSocketAddress> servers;
    private final SourceAddresses sources;
    private final Wire.Kind wires;
    private final List<Client> clients = new ArrayList<>();
    private final @Nullable Returning returning;
    private final PriorityQueue<Later> sentAway = new PriorityQueue<>(Comparator.comparingLong(Later::atNanos));
    private final Map<Integer, Integer> timesSentAway = new HashMap<>();
    private final Histogram latencies = Percentiles.histogram();
    private final long beatEveryNanos;
    private long beganNanos = System.nanoTime();
    private int begun;
    private int up;
    private int failed;
    private int refusals;
    private int resumed;
    /** Of those before this coming. */
    private int byTicketBefore;

    private boolean all;
    private String firstFailure = "";
    private int nextBeat;
    private long beatsFromNanos = System.nanoTime();
    private @Nullable Uplinking uplinking;

    Crowd(Order.Come come, Selector selector, Counts counts, Consumer<Told> out) {
        this.ramp = come.ramp();
        this.selector = selector;
        this.counts = counts;
        this.out = out;
        this.servers = ramp.servers().stream().map(Crowd::address).toList();
        this.sources = new SourceAddresses(come.network());
        Speech speech = Speech.of(ramp, counts);
        this.wires = ramp.speaksTls()
                ? TlsWires.believing(Path.of(ramp.certificate()), come.members().size())
                : PlainWire::over;
        come.members().forEach(member -> clients.add(new Client(clients.size(), member, speech, wires, this)));
        this.returning =
                ramp.comesBack() ? new Returning(ramp, (number, server) -> connect(number, server, true)) : null;
        // Two in each interval: a room closes what it has not heard for two and a half.
        this.beatEveryNanos = TimeUnit.SECONDS.toNanos(ramp.heartbeatSeconds()) / 2 / Math.max(1, clients.size());
    }

    /** Does what is due. */
    void goOn() {
        while (begun < clients.size() && begun - up - failed < ramp.atOnce()) {
            connect(begun, servers.get(begun % servers.size()), true);
            begun++;
        }
        while (!sentAway.isEmpty() && sentAway.peek().atNanos() <= System.nanoTime()) {
            int number = sentAway.remove().client();
            connect(number, servers.get(number % servers.size()), false);
        }
        if (returning != null) {
            returning.goOn();
        }
        if (uplinking != null) {
            uplinking.goOn();
        }
        beat(System.nanoTime());
    }

    /** The first so many take nothing from their sockets, all others do. */
    void slow(int count) {
        clients.forEach(client -> client.reads(selector, client.number() >= count));
    }

    /** One that goes, and comes back. */
    void drop(Order.Drop order) {
        Client client = clients.get(order.client());
        if (returning != null && client.isUp()) {
            long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(order.awayMillis());
            client.drop(untilNanos);
            if (order.restarts()) {
                client.comeback().forget();
            }
            returning.leave(client.number(), untilNanos, order.restarts() ? null : last(client));
        }
    }

    /** Where it looks first when it is back: where its binding is; null: it goes wherever a dispatcher says. */
    private @Nullable InetSocketAddress last(Client client) {
        return ramp.has(Ramp.Habit.RESUMES) ? client.server() : null;
    }

    /** All links break. */
    void cutOff() {
        clients.forEach(Client::cut);
    }

    /** All come once more, as they came first; who is not in then has failed. */
    void comeAgain() {
        begun = 0;
        up = 0;
        failed = 0;
        refusals = 0;
        resumed = 0;
        byTicketBefore = wires.resumed();
        firstFailure = "";
        all = false;
        timesSentAway.clear();
        latencies.reset();
        beganNanos = System.nanoTime();
    }

    /** Those who are here send up. */
    void sendUp(UplinkLoad load) {
        uplinking = new Uplinking(load, List.copyOf(clients), out);
    }

    /** Whether what is due by time is due to the millisecond. */
    boolean isPacing() {
        return uplinking != null && !uplinking.isOver();
    }

    private void connect(int number, InetSocketAddress server, boolean isFirst) {
        clients.get(number).connect(selector, server, sources.of(number, server), isFirst);
    }

    /** Their heartbeats are spread evenly over the interval. */
    private void beat(long nowNanos) {
        long due = (nowNanos - beatsFromNanos) / beatEveryNanos;
        beatsFromNanos += due * beatEveryNanos;
        for (long i = Math.min(due, clients.size()); i > 0; i--) {
            clients.get(nextBeat).beat();
            nextBeat = (nextBeat + 1) % clients.size();
        }
    }

    @Override
    public void up(Client client) {
        long nowNanos = System.nanoTime();
        if (all) {
            counts.cameBack(client, cutOffNanos(client), nowNanos);
            if (uplinking != null) {
                uplinking.sendAgain(client);
            }
            return;
        }
        up++;
        resumed += client.comeback().isResumed() ? 1 : 0;
        Percentiles.record(latencies, client.beganNanos(), nowNanos);
        tellOnceAllCame(nowNanos);
    }

    private long cutOffNanos(Client client) {
        return returning == null ? client.beganNanos() : returning.cutOffNanos(client.number());
    }

    @Override
    public void over(Client client, String why, int retryAfterMs) {
        if (all) {
            comeBack(client);
            return;
        }
        if (!client.isUp() && retryAfterMs > 0 && comesAgain(client, retryAfterMs)) {
            return;
        }
        if (firstFailure.isEmpty()) {
            firstFailure = client.member().user() + ": " + why;
        }
        if (client.isUp()) {
            up--;
        }
        failed++;
        tellOnceAllCame(System.nanoTime());
    }

    /** A room that has too much to do says when to come again, as it would to anybody. */
    private boolean comesAgain(Client client, int retryAfterMs) {
        refusals++;
        if (timesSentAway.merge(client.number(), 1, Integer::sum) > MOST_TIMES_SENT_AWAY) {
            return false;
        }
        sentAway.add(new Later(client.number(), System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(retryAfterMs)));
        return true;
    }

    @Override
    public void acknowledged(Client client, UplinkAck ack) {
        if (uplinking != null) {
            uplinking.acknowledged(client, ack);
        }
    }

    private void comeBack(Client client) {
        if (client.isUp()) {
            counts.lost();
        }
        if (returning != null) {
            returning.later(client.number(), client.isUp(), last(client));
        }
    }

    private void tellOnceAllCame(long nowNanos) {
        if (up + failed == clients.size()) {
            all = true;
            out.accept(new Told.Came(
                    up,
                    failed,
                    firstFailure,
                    refusals,
                    resumed,
                    wires.resumed() - byTicketBefore,
                    beganNanos,
                    nowNanos,
                    Percentiles.compressed(latencies)));
        }
    }

    void leave() {
        clients.forEach(Client::leave);
        clients.clear();
        if (returning != null) {
            returning.close();
        }
        wires.close();
        out.accept(new Told.Left());
    }

    static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
}
