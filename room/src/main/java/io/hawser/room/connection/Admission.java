package io.hawser.room.connection;

import io.hawser.room.access.Reason;
import io.hawser.room.access.Refusal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many connections there are, and how many there may be. Shared by all event loops; counted before anything is kept
 * of a connection.
 */
public final class Admission {
    /**
     * The limits.
     *
     * @param maxConnections connections of the room
     * @param maxUnauthenticated of these, such as never made a binding
     */
    public record Limits(int maxConnections, int maxUnauthenticated) {}

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger unauthenticated = new AtomicInteger();
    private volatile Limits limits;
    private final CompletableFuture<Void> empty = new CompletableFuture<>();
    /** What everybody is told; null: those for whom there is room are let in. */
    private volatile @Nullable Refusal shut;

    public Admission(Limits limits) {
        this.limits = limits;
    }

    public void limit(Limits newLimits) {
        limits = newLimits;
    }

    /**
     * From here on nobody is let in, and told to come again {@code retryAfter}: elsewhere, it is hoped.
     *
     * @return completes when nobody is left
     */
    public CompletableFuture<Void> drain(Duration retryAfter) {
        synchronized (this) {
            shut = new Refusal(Reason.DRAINING, retryAfter);
        }
        completeWhenEmpty();
        return empty;
    }

    /** Nobody is let in for a while. */
    public void overloaded(Duration retryAfter) {
        shutUnlessDraining(new Refusal(Reason.OVERLOADED, retryAfter));
    }

    /** Those for whom there is room are let in again. */
    public void relieved() {
        shutUnlessDraining(null);
    }

    private synchronized void shutUnlessDraining(@Nullable Refusal refusal) {
        if (!isDraining()) {
            shut = refusal;
        }
    }

    /** Why nobody is let in; null: there is room for those for whom there is. They may come again after the time, give or take a half. */
    @Nullable
    Refusal shut() {
        return shut;
    }

    public boolean isDraining() {
        Refusal all = shut;
        return all != null && all.reason() == Reason.DRAINING;
    }

    public int connections() {
        return connections.get();
    }

    public int unauthenticated() {
        return unauthenticated.get();
    }

    public int maxConnections() {
        return limits.maxConnections();
    }

    /** Counts one more connection, or returns false where there is no room for it. */
    boolean enter() {
        Limits now = limits;
        if (shut != null) {
            return false;
        }
        if (connections.incrementAndGet() > now.maxConnections()) {
            connections.decrementAndGet();
            return false;
        }
        if (unauthenticated.incrementAndGet() > now.maxUnauthenticated()) {
            unauthenticated.decrementAndGet();
            connections.decrementAndGet();
            return false;
        }
        return true;
    }

    /** A connection made its first binding. */
    void authenticated() {
        unauthenticated.decrementAndGet();
    }

    void leave(boolean wasAuthenticated) {
        connections.decrementAndGet();
        if (!wasAuthenticated) {
            unauthenticated.decrementAndGet();
        }
        completeWhenEmpty();
    }

    private void completeWhenEmpty() {
        if (isDraining() && connections.get() == 0) {
            empty.complete(null);
        }
    }
}
