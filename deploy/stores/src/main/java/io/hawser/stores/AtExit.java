package io.hawser.stores;

import java.nio.file.Path;

/** Clears away what tests leave. */
final class AtExit {
    private AtExit() {}

    /** Ends the store and deletes its directory when this JVM ends, whether it was closed before or not. */
    static void run(Runnable end, Path directory) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            end.run();
                            DataDirectory.delete(directory);
                        },
                        "end-" + directory.getFileName()));
    }
}
