package io.hawser.standalone.crash;

import io.hawser.standalone.agent.AgentJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Arms crash points, and knows whether they were met. */
final class CrashPoints {
    private final Path directory;
    private final Path jar;

    /** @param home an empty directory */
    CrashPoints(Path home) throws IOException {
        this.directory = Files.createDirectories(home.resolve("armed"));
        this.jar = home.resolve("crash-agent.jar");
        AgentJar.write(jar, CrashAgent.class, List.of(CrashPoint.class));
    }

    /** What a JVM has to be started with. */
    String jvmFlag() {
        return "-javaagent:" + jar + "=" + directory;
    }

    /** Has the next process that comes by end. */
    void arm(CrashPoint point) throws IOException {
        Files.createFile(directory.resolve(point.name()));
    }

    boolean wasMet(CrashPoint point) {
        return Files.notExists(directory.resolve(point.name()));
    }
}
