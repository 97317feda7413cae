package io.hawser.client;

import java.util.concurrent.atomic.AtomicLong;

/** What a client has counted since it was started. May be read from any thread. */
public final class Counters {
    final AtomicLong connects = new AtomicLong();
    final AtomicLong binds = new AtomicLong();
    final AtomicLong resumes = new AtomicLong();
    final AtomicLong handed = new AtomicLong();
    final AtomicLong duplicates = new AtomicLong();
    final AtomicLong inflated = new AtomicLong();
    final AtomicLong transientsDropped = new AtomicLong();
    final AtomicLong listenerFailures = new AtomicLong();
    final AtomicLong givenUp = new AtomicLong();
    final AtomicLong gaps = new AtomicLong();
    final AtomicLong storeFailures = new AtomicLong();
    final AtomicLong errorsNotTold = new AtomicLong();

    Counters() {}

    /** Returns how many connections to a room were made. */
    public long connects() {
        return connects.get();
    }

    /** Returns how often a room said BOUND. */
    public long binds() {
        return binds.get();
    }

    /** Returns how often a room went on where a connection that dropped had ended: no token was asked for. */
    public long resumes() {
        return resumes.get();
    }

    /** Returns how many messages the listener took. */
    public long handed() {
        return handed.get();
    }

    /** Returns how many messages came again and were dropped. */
    public long duplicates() {
        return duplicates.get();
    }

    /** Returns how many broadcasts came with a compressed body. */
    public long inflated() {
        return inflated.get();
    }

    /** Returns how many transient messages were dropped because the listener was too slow. */
    public long transientsDropped() {
        return transientsDropped.get();
    }

    /** Returns how often the listener threw. */
    public long listenerFailures() {
        return listenerFailures.get();
    }

    /** Returns how many messages were given up because the listener threw too often. */
    public long givenUp() {
        return givenUp.get();
    }

    /** Returns how often a reset was told through {@link PushListener#onGap}. */
    public long gaps() {
        return gaps.get();
    }

    /** Returns how often the position could not be stored. */
    public long storeFailures() {
        return storeFailures.get();
    }

    /** Returns how many errors could not be told, for the listener was too slow. */
    public long errorsNotTold() {
        return errorsNotTold.get();
    }
}
