package io.hawser.room.connection;

import io.hawser.rpc.v1.App;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The directory of apps, as last heard. */
public interface Apps {
    /**
     * Returns the app, or null where none of that id is known here.
     *
     * @throws io.hawser.wire.HawserException UNAVAILABLE before the directory was read for the first time
     */
    @Nullable
    App find(String id);

    /** Reads what has changed; may fail, and completes on any thread. */
    CompletableFuture<Void> refresh();
}
