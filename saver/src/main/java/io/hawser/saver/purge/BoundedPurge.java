package io.hawser.saver.purge;

/** Deletes rows whose time is over, up to a bound, so that others have their turn. One thread uses it. */
public interface BoundedPurge extends Runnable {
    /** Returns whether the last run ended at its bound: another one goes on. */
    boolean isBehind();
}
