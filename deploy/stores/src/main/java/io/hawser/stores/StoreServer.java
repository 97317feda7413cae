package io.hawser.stores;

import java.util.concurrent.CompletableFuture;

/** A store whose server is a process of its own, and so may die without having been told to. */
public interface StoreServer extends AutoCloseable {
    /** {@code host:port}. */
    String address();

    /** Completes with the exit code when the process has ended, whoever ended it; never fails. */
    CompletableFuture<Integer> ended();

    /** Stops the server, or clears away what a dead one left: then the same directory can be started again. */
    @Override
    void close();
}
