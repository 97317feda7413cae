package io.hawser.room.connection;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

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
    private volatile boolean draining;

    public Admission(Limits limits) {
        this.limits = limits;
    }

    public void limit(Limits newLimits) {
        limits = newLimits;
    }

    /**
     * From here on nobody is let in.
     *
     * @return completes when nobody is left
     */
    public CompletableFuture<Void> drain() {
        draining = true;
        completeWhenEmpty();
        return empty;
    }

    public boolean isDraining() {
        return draining;
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
        if (draining) {
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
        if (draining && connections.get() == 0) {
            empty.complete(null);
        }
    }
}
