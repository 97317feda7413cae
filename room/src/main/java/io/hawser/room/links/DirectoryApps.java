package io.hawser.room.links;

import io.hawser.room.connection.Apps;
import io.hawser.rpc.directory.AppDirectory;
import io.hawser.rpc.v1.App;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The apps, out of this room's copy of the directory. */
public final class DirectoryApps implements Apps {
    private final AppDirectory directory;

    public DirectoryApps(AppDirectory directory) {
        this.directory = directory;
    }

    @Override
    public @Nullable App find(String id) {
        if (!directory.loaded()) {
            throw HawserException.refusal(ErrorCode.UNAVAILABLE, "directory: not read yet");
        }
        return directory.app(id);
    }

    @Override
    public CompletableFuture<Void> refresh() {
        return directory.refresh();
    }
}
