package io.hawser.room.broadcast;

import io.hawser.room.connection.Attached;
import io.hawser.room.connection.Host;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An event loop that runs when the test says so. */
final class HandHost implements Host {
    final List<Attached> bindings = new ArrayList<>();
    long nowMs = 1_000;
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    /** Runs what waits, and what that brings about, for so many turns. */
    void run(int turns) {
        for (int i = 0; i < turns && !tasks.isEmpty(); i++) {
            tasks.remove().run();
        }
    }

    boolean isIdle() {
        return tasks.isEmpty();
    }

    @Override
    public boolean inEventLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public boolean offer(Runnable task) {
        return tasks.add(task);
    }

    @Override
    public void afterOthers(Runnable task) {
        tasks.add(task);
    }

    @Override
    public <T> void hop(CompletableFuture<T> future, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        var _ = future.whenComplete((result, failure) -> tasks.add(
                () -> then.accept(result, failure instanceof CompletionException e ? e.getCause() : failure)));
    }

    @Override
    public void flush() {
        // What is written is there.
    }

    @Override
    public long nowMs() {
        return nowMs;
    }

    @Override
    public long wallMs() {
        return 1_700_000_000_000L + nowMs;
    }

    @Override
    public long backoffMs(int failures) {
        return 100;
    }

    @Override
    public void forEach(String app, String user, Consumer<Attached> found) {
        bindings.stream()
                .filter(binding -> binding.app().equals(app) && binding.user().equals(user))
                .toList()
                .forEach(found);
    }
}
