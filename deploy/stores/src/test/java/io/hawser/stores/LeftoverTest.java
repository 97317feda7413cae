package io.hawser.stores;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a JVM that was killed leaves running, the next start ends. */
final class LeftoverTest {
    @TempDir
    Path directory;

    @Test
    void aStartEndsTheServersOfAKilledJvmAndTakesTheirPorts() throws Exception {
        Path redisDirectory = directory.resolve("redis");
        Path databaseDirectory = directory.resolve("mariadb");
        Left left = startAndKill(redisDirectory, databaseDirectory);
        try (EmbeddedRedis redis = EmbeddedRedis.start(redisDirectory, left.redisPort);
                EmbeddedMariaDb database = EmbeddedMariaDb.start(databaseDirectory, left.databasePort)) {
            assertThat(ProcessHandle.of(left.redisPid).filter(ProcessHandle::isAlive))
                    .isEmpty();
            assertThat(ProcessHandle.of(left.databasePid).filter(ProcessHandle::isAlive))
                    .isEmpty();
            assertThat(redis.pid()).isNotEqualTo(left.redisPid);
            assertThat(database.pid()).isNotEqualTo(left.databasePid);
        }
    }

    private record Left(long redisPid, int redisPort, long databasePid, int databasePort) {}

    private static Left startAndKill(Path redis, Path database) throws IOException, InterruptedException {
        Process life = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EarlierLife.class.getName(),
                        redis.toString(),
                        database.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = life.inputReader()) {
            var left = new Left(
                    Long.parseLong(line(out)),
                    Integer.parseInt(line(out)),
                    Long.parseLong(line(out)),
                    Integer.parseInt(line(out)));
            life.destroyForcibly();
            assertThat(life.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return left;
        }
    }

    private static String line(BufferedReader out) throws IOException {
        String line = out.readLine();
        return line == null ? "none" : line;
    }

    /** Starts both and waits to be killed. */
    static final class EarlierLife {
        private EarlierLife() {}

        static void main(String[] directories) throws InterruptedException {
            EmbeddedRedis redis = EmbeddedRedis.start(Path.of(directories[0]), 0);
            System.out.println(redis.pid() + "\n" + redis.port());
            EmbeddedMariaDb database = EmbeddedMariaDb.start(Path.of(directories[1]), 0);
            System.out.println(database.pid() + "\n" + database.port());
            Thread.currentThread().join();
        }
    }
}
