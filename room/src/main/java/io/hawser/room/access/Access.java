package io.hawser.room.access;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who gets in, and how much each may do. Asked before anything is read of a connection: who is refused costs a look-up
 * and a last word. Shared by all event loops; follows the configuration.
 */
public final class Access {
    private final LongSupplier nanoTime;
    private final SourceTable sources;
    private final AppBindings apps;
    private final AtomicLong roomFullAtNanos;
    private volatile Rules rules;

    public Access(AccessConfig config, LongSupplier nanoTime, MeterRegistry meters) {
        this.nanoTime = nanoTime;
        this.rules = new Rules(config);
        this.sources = new SourceTable(nanoTime, meters);
        this.apps = new AppBindings(() -> rules.config().apps(), meters);
        this.roomFullAtNanos = new AtomicLong(nanoTime.getAsLong());
    }

    /**
     * Has another configuration hold from now on.
     *
     * @return whether the lists of networks changed, so that somebody who is in may not be any more
     */
    public boolean configure(AccessConfig next) {
        AccessConfig before = rules.config();
        if (next.equals(before)) {
            return false;
        }
        rules = new Rules(next);
        return !next.hasListsOf(before);
    }

    /**
     * Somebody connects: says whether they come in, and counts them then, until they {@link #leave}.
     *
     * @param from null where there is no address: on a socket of this machine's own
     */
    public Verdict enter(@Nullable InetAddress from) {
        Rules now = rules;
        if (from == null) {
            return roomTakes(now) ? Source.UNCOUNTED : now.refusal(Reason.ROOM_RATE);
        }
        Refusal ofNetwork = now.ofNetwork(from);
        if (ofNetwork != null) {
            return ofNetwork;
        }
        // The address first: whom its own rate refuses takes nothing of what is there for all.
        Verdict verdict = sources.enter(from, now);
        if (verdict instanceof Source source && !roomTakes(now)) {
            leave(source);
            return now.refusal(Reason.ROOM_RATE);
        }
        return verdict;
    }

    /** Who was let in is gone. */
    public void leave(Source source) {
        sources.leave(source);
    }

    private boolean roomTakes(Rules now) {
        HandshakeRate rate = now.handshakes();
        long nowNanos = nanoTime.getAsLong();
        long fullAtNanos = roomFullAtNanos.get();
        while (rate.allows(fullAtNanos, nowNanos)) {
            if (roomFullAtNanos.compareAndSet(fullAtNanos, rate.taken(fullAtNanos, nowNanos))) {
                return true;
            }
            fullAtNanos = roomFullAtNanos.get();
        }
        return false;
    }

    /** Returns what the lists say against an address now; null: nothing. */
    public @Nullable Refusal ofNetwork(InetAddress address) {
        return rules.ofNetwork(address);
    }

    /** Whether this peer may say where its clients are. A socket of this machine's own may. */
    public boolean trusts(@Nullable InetAddress proxy) {
        return proxy == null || rules.trusts(proxy);
    }

    /** What somebody is told who is turned away for this reason. */
    public Refusal refusal(Reason reason) {
        return rules.refusal(reason);
    }

    public FrameRates frames() {
        return rules.config().frames();
    }

    public int retryAfterMs() {
        return (int) rules.config().retryAfter().toMillis();
    }

    /** How many bindings each app has. */
    public AppBindings apps() {
        return apps;
    }

    /** Forgets addresses that nothing is known of any more: to be called every few seconds. */
    public void sweep() {
        sources.sweep();
    }
}
