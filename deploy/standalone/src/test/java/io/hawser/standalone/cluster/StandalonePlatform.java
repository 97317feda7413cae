package io.hawser.standalone.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.standalone.command.RunningPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code ./hawser up} in a process of its own. */
public final class StandalonePlatform implements AutoCloseable {
    private final Path home;
    private final Path data;
    private final HawserProcess process;
    private final RunningPlatform running;

    private StandalonePlatform(Path home, Path data, HawserProcess process, RunningPlatform running) {
        this.home = home;
        this.data = data;
        this.process = process;
        this.running = running;
    }

    /** Starts it, and returns when it says that it is ready. */
    public static StandalonePlatform start(Path home) throws IOException, InterruptedException {
        Path data = home.resolve("data");
        HawserProcess process = HawserProcess.run(
                home.resolve("up.log"), home, "up", "--data", data.toString(), "--free-ports", "-o", "json");
        String line = process.awaitLine(printed -> printed.startsWith("{"));
        return new StandalonePlatform(home, data, process, new ObjectMapper().readValue(line, RunningPlatform.class));
    }

    public RunningPlatform running() {
        return running;
    }

    public Path data() {
        return data;
    }

    public HawserProcess process() {
        return process;
    }

    /** kill -9 of everything: our JVM, Redis and MariaDB. */
    public void killEverything() throws IOException, InterruptedException {
        process.killHard();
        killByPidFile(data.resolve("redis/redis.pid"));
        killByPidFile(data.resolve("mariadb/mariadb.pid"));
    }

    /** Starts it again with the same data. */
    public StandalonePlatform startAgain() throws IOException, InterruptedException {
        return start(home);
    }

    @Override
    public void close() {
        try {
            if (process.isAlive()) {
                process.stop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.close();
        }
    }

    private static void killByPidFile(Path file) throws IOException {
        long pid = Long.parseLong(Files.readString(file).strip());
        ProcessHandle.of(pid).ifPresent(store -> {
            store.destroyForcibly();
            store.onExit().join();
        });
    }
}
