package io.hawser.bench.api;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The center's API as an app's back end calls it. Futures complete on threads that must not be blocked. */
public interface Api extends AutoCloseable {
    /** Sends a durable message to each of the users; completes with how many were accepted. */
    CompletableFuture<Integer> send(List<String> users, byte[] body);

    /** A token for the user's clients. */
    CompletableFuture<String> token(String user);

    @Override
    void close();
}
