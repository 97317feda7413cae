package io.hawser.bench.link;

import io.hawser.rpc.v1.AppendRequest;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One way of calling. */
interface Side extends AutoCloseable {
    String name();

    /**
     * Makes a call to a peer, from any thread.
     *
     * @param done is told on the side's event loop when it is answered, with what it failed with or null
     */
    void call(int peer, AppendRequest request, Consumer<@Nullable Throwable> done);

    /** Ports of the called side that the connections go to. */
    List<Integer> ports();

    @Override
    void close();
}
