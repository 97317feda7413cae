package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The I/O thread: finds a room, runs a session on it, waits, and begins again until it is told to stop. */
final class Connector implements Runnable {
    private final Parts parts;
    private final ConnectRace race;
    private final Tokens tokens;
    private final BackOff backOff;
    private final CountDownLatch closed;
    private volatile Attempt current = new Attempt(false);
    /** A change ended the last connection before it was bound: the next may bind, the I/O thread's. */
    private boolean endedUnbound;
    /** When a wait was last cut short, the I/O thread's; null: never. */
    private @Nullable Long cutAtNanos;

    /**
     * From looking for a room, or from where a spared one is bound, to the end of the wait behind it: what others may cut
     * short of it, and nothing of the next.
     */
    private static final class Attempt {
        /** Opened to cut the wait short, even where that has not begun. */
        final CountDownLatch wake = new CountDownLatch(1);
        /** No change of the network ends it: where its connection is dead, the time-outs of HELLO and BIND find out. */
        final boolean spared;

        volatile @Nullable Session session;

        Attempt(boolean spared) {
            this.spared = spared;
        }

        boolean isWoken() {
            return wake.getCount() == 0;
        }
    }

    /** What a session needs of the client. */
    static final class Parts {
        final ClientSettings settings;
        final ScheduledExecutorService timer;
        final Delivery delivery;
        final Chain chain;
        final AddressBook addresses;
        final Tokens tokens;
        final Counters counters;
        final Inflation inflation;
        final Introduction introduction;
        final Exchanges exchanges;
        final Comeback comeback = new Comeback();

        Parts(
                ClientSettings settings,
                ScheduledExecutorService timer,
                Delivery delivery,
                AddressBook addresses,
                Exchanges exchanges,
                Counters counters)
                throws IOException {
            this.settings = settings;
            this.timer = timer;
            this.delivery = delivery;
            this.chain = new Chain(delivery.position());
            this.addresses = addresses;
            this.tokens = new Tokens(settings.tokens);
            this.exchanges = exchanges;
            this.counters = counters;
            this.inflation = new Inflation(settings.compression, counters);
            this.introduction = new Introduction(settings, inflation, settings.store.installationNonce());
        }
    }

    Connector(Parts parts, CountDownLatch closed) {
        ClientSettings settings = parts.settings;
        int connectTimeoutMs = (int) settings.connectTimeout.toMillis();
        this.parts = parts;
        this.race = new ConnectRace(
                new Dialer(settings.tls, settings.tlsName, connectTimeoutMs),
                settings.threads,
                settings.connectSpacing.toNanos(),
                settings.connectAttempts);
        this.tokens = parts.tokens;
        this.backOff = settings.newBackOff();
        this.closed = closed;
    }

    @Override
    public void run() {
        try {
            SessionEnd end;
            do {
                begin();
                parts.delivery.state(StateChange.of(ClientState.CONNECTING, ""));
                end = attempt();
            } while (!end.stops() && prepareNext(end));
            if (end.stops()) {
                parts.delivery.finish(new StateChange(ClientState.CLOSED, end.code(), end.reason(), 0, end.kick()));
            }
        } catch (InterruptedException e) {
            // Only close() interrupts this thread, to end it.
            Thread.currentThread().interrupt();
        } finally {
            parts.timer.shutdownNow();
            parts.exchanges.end();
        }
    }

    private void begin() {
        current = new Attempt(endedUnbound);
        endedUnbound = false;
    }

    /** What it was spared before cuts short nothing of what follows; any other was ended by what woke it. */
    private synchronized void bound() {
        if (current.spared) {
            Attempt bound = new Attempt(false);
            bound.session = current.session;
            current = bound;
        }
    }

    /**
     * The network is another: what connection there is will not work any more, and waiting makes no sense. Devices tell of one
     * change several times, and some more often than a connect takes: so of two connections in a row one may bind.
     */
    synchronized void networkChanged() {
        Attempt attempt = current;
        attempt.wake.countDown();
        Session talk = attempt.session;
        if (talk != null && !attempt.spared) {
            talk.end(changed());
        }
    }

    private static SessionEnd changed() {
        return SessionEnd.lost("the network changed");
    }

    /** Ends the session or the wait that is under way. */
    void leave(long atMostMs) {
        Attempt attempt = current;
        attempt.wake.countDown();
        Session talk = attempt.session;
        if (talk != null) {
            talk.leave(atMostMs);
        }
    }

    private boolean isOpen() {
        return closed.getCount() > 0;
    }

    // The hooks are the app's: whatever they throw, the client lives or says that it does not.
    @SuppressWarnings("CatchingUnchecked")
    private SessionEnd attempt() throws InterruptedException {
        try {
            ConnectRace.Winner winner = race.run(parts.addresses.candidates(), this::failed);
            parts.counters.connects.incrementAndGet();
            return converse(winner);
        } catch (Directory.NoRoom e) {
            return SessionEnd.later(String.valueOf(e.getMessage()), e.retryAfterMs());
        } catch (IOException e) {
            return SessionEnd.lost(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            parts.delivery.error(new HawserException(ErrorCode.INTERNAL, "connecting: " + e, e));
            return SessionEnd.lost(e.toString());
        }
    }

    private SessionEnd converse(ConnectRace.Winner winner) throws IOException, InterruptedException {
        Attempt attempt = current;
        Session talk = new Session(winner, parts, this::bound);
        attempt.session = talk;
        try {
            if (!isOpen()) {
                talk.leave(0);
            } else if (attempt.isWoken() && !attempt.spared) {
                // While it connected, so on which network it did is unknown.
                talk.end(changed());
            }
            SessionEnd end = talk.run(tokens);
            endedUnbound = talk.boundAtNanos() == null && attempt.isWoken() && !attempt.spared;
            judge(winner.address, talk.boundAtNanos(), end);
            return end;
        } finally {
            current.session = null;
        }
    }

    /** Where the network changed meanwhile, that says nothing of the address on the network there is now. */
    private void failed(String address) {
        if (!current.isWoken()) {
            parts.addresses.failed(address);
        }
    }

    /**
     * An address is no good where no binding could be made, unless the client is not to bind anywhere; and a connection is
     * good once it has stayed bound a while.
     */
    private void judge(String address, @Nullable Long boundAtNanos, SessionEnd end) {
        if (end.code() == ErrorCode.DRAINING) {
            parts.addresses.failed(address);
        } else if (boundAtNanos == null && end.code() != ErrorCode.BANNED) {
            failed(address);
        }
        if (boundAtNanos != null
                && parts.settings.ticker.nanoTime() - boundAtNanos >= parts.settings.stableAfter.toNanos()) {
            backOff.reset();
        }
    }

    /** Waits as long as the end of the last session asks for; returns whether the client is still open. */
    private boolean prepareNext(SessionEnd end) throws InterruptedException {
        if (end.isMove()) {
            parts.addresses.moveTo(end.destinations());
        }
        // Told to move, it goes at once: the wait was before. Told so again and again, it backs off like anyone.
        boolean atOnce = end.isMove() && backOff.isFirst();
        long delayNanos = backOff.nextNanos(end.retryAfterMs());
        if (atOnce) {
            return isOpen();
        }
        long delayMs = TimeUnit.NANOSECONDS.toMillis(delayNanos);
        parts.delivery.state(new StateChange(ClientState.WAITING, end.code(), end.reason(), delayMs, end.kick()));
        if (!parts.settings.ticker.pause(delayNanos, current.wake)) {
            backOff.reset();
            spaceChanges();
        }
        return isOpen();
    }

    /** A device tells of its network many times while that settles: one attempt serves all of a moment. */
    private void spaceChanges() throws InterruptedException {
        Ticker ticker = parts.settings.ticker;
        Long before = cutAtNanos;
        long sinceNanos = before == null ? Long.MAX_VALUE : ticker.nanoTime() - before;
        long restNanos = parts.settings.changeSpacing.toNanos() - sinceNanos;
        if (restNanos > 0) {
            boolean unused = ticker.pause(restNanos, closed);
        }
        cutAtNanos = ticker.nanoTime();
    }
}
