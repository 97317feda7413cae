package io.hawser.bench.chaos.disk;

import io.hawser.bench.measure.BenchException;
import java.io.IOException;
import java.nio.file.Path;

/** Commands of the system's, which say nothing but whether they did it. */
final class Commands {
    private Commands() {}

    /** Whether it was done; not so where there is no such command. */
    static boolean run(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSuchCommand) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    /** It is gone from here at once, and for good when nobody has a file there any more. */
    static boolean unmountLazily(Path directory) {
        return run("umount", "--lazy", directory.toString());
    }
}
