package io.hawser.coordinator.uplink;

import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.Callback;
import io.hawser.rpc.v1.OutboxItem;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The apps' callbacks, as the directory has them now. */
public final class Callbacks {
    private final Function<String, @Nullable App> directory;
    private final Supplier<CompletableFuture<Void>> refresh;

    /**
     * Goes by a directory, which knows an app of an id, or not.
     *
     * @param refresh has it read what was changed; fails where no saver answers
     */
    public Callbacks(Function<String, @Nullable App> directory, Supplier<CompletableFuture<Void>> refresh) {
        this.directory = directory;
        this.refresh = refresh;
    }

    /** Reads what was changed in the directory, which may be a moment old, or older while no saver answers. */
    CompletableFuture<Void> refresh() {
        return refresh.get();
    }

    public @Nullable App app(String id) {
        return directory.apply(id);
    }

    boolean knows(String app) {
        return app(app) != null;
    }

    boolean has(String app, String callback) {
        App known = app(app);
        return known != null
                && known.getCallbacksList().stream()
                        .anyMatch(other -> other.getId().equals(callback));
    }

    /** Returns the callback that takes the item; null: none does. Those of a disabled app are disabled. */
    @Nullable
    Callback of(OutboxItem item) {
        App app = app(item.getApp());
        Callback callback = app == null ? null : Routing.of(app, item);
        return app != null && callback != null && app.getDisabled()
                ? callback.toBuilder().setDisabled(true).build()
                : callback;
    }
}
