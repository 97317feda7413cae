package io.hawser.room.connection;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An event loop as those see it who live on it: services that keep their state by loop. All but {@link #execute}, {@link
 * #offer} and {@link #hop} is for the loop itself.
 */
public interface Host {
    boolean inEventLoop();

    /** Has the task run on the loop soon. From any thread. */
    void execute(Runnable task);

    /** Has the task run on the loop soon, with others; false where too many wait. From any thread. */
    boolean offer(Runnable task);

    /** Has the task run once the loop has looked after its sockets: what takes long goes on so. */
    void afterOthers(Runnable task);

    /** Has {@code then} called on the loop with the future's result or failure; what it writes is flushed. */
    <T> void hop(CompletableFuture<T> future, BiConsumer<@Nullable T, @Nullable Throwable> then);

    /** Sends off what was written. Where the loop calls a service, it does so itself, after it. */
    void flush();

    /** Milliseconds since the loop was made, monotonic. */
    long nowMs();

    long wallMs();

    /** The wait after so many failures: it doubles, and half of it is drawn by lot. */
    long backoffMs(int failures);

    /** Calls {@code found} with each binding of the user, those under way too. It may end none. */
    void forEach(String app, String user, Consumer<Attached> found);
}
