package io.hawser.keeper.zookeeper;

import io.hawser.keeper.config.Secret;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which every command finds ZooKeeper. */
public final class ZooKeeperOptions {
    @Option(
            names = "--zookeeper",
            paramLabel = "HOST:PORT,...",
            defaultValue = "${env:HAWSER_ZOOKEEPER}",
            description = "Where ZooKeeper is; else from HAWSER_ZOOKEEPER.")
    private @Nullable String connect;

    @Option(
            names = "--zookeeper-digest-file",
            paramLabel = "FILE",
            description = "File with USER:PASSWORD for ZooKeeper's digest scheme.")
    private @Nullable Path digestFile;

    /**
     * Returns how ZooKeeper is reached.
     *
     * @throws HawserException with INVALID_ARGUMENT when no address is given, or the file cannot be read
     */
    public ZooKeeperSettings settings(Duration sessionTimeout, Duration connectTimeout) {
        if (connect == null || connect.isBlank()) {
            throw refused("--zookeeper: missing (expected: HOST:PORT,..., or HAWSER_ZOOKEEPER in the environment)");
        }
        Secret digest = digestFile == null ? Secret.none() : digestIn("--zookeeper-digest-file", digestFile);
        return new ZooKeeperSettings(connect, sessionTimeout, connectTimeout, digest);
    }

    /**
     * Reads {@code user:password}.
     *
     * @param option that gave the file
     * @throws HawserException with INVALID_ARGUMENT when it cannot be read
     */
    public static Secret digestIn(String option, Path file) {
        try {
            return Secret.of(Files.readString(file).strip());
        } catch (IOException e) {
            throw refused(option + ": " + file + " cannot be read: " + e);
        }
    }

    private static HawserException refused(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
