package io.hawser.standalone.cluster;

import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Stores that run elsewhere; each that is null runs as a process of the cluster's.
 *
 * @param zookeeper {@code host:port,host:port}
 * @param redis {@code redis://host:port}, {@code redis-sentinel://…#name} or {@code redis-cluster://…}
 * @param mysql a JDBC URL, with the user
 */
record GivenStores(
        @Nullable String zookeeper,
        @Nullable String redis,
        @Nullable String mysql) {
    private static final Pattern ADDRESS = Pattern.compile("(?:^|/|@)([A-Za-z0-9.-]+):(\\d{1,5})");
    private static final int TIMEOUT_MILLIS = 3_000;

    /** So that one line names the store, instead of the end of a service. */
    void requireThatTheyAnswer() {
        require("--zookeeper", zookeeper, AgentExit.ZOOKEEPER_UNREACHABLE);
        require("--redis", redis, AgentExit.DATABASE_UNREACHABLE);
        require("--mysql", mysql, AgentExit.DATABASE_UNREACHABLE);
    }

    private static void require(String option, @Nullable String given, AgentExit exit) {
        if (given == null) {
            return;
        }
        Matcher address = ADDRESS.matcher(given);
        if (!address.find()) {
            throw new AgentException(AgentExit.USAGE, option + ": " + given + " (expected: an address with a port)");
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.group(1), Integer.parseInt(address.group(2))), TIMEOUT_MILLIS);
        } catch (IOException | IllegalArgumentException e) {
            throw new AgentException(
                    exit, option + ": " + given + ": does not answer (expected: one that runs): " + e.getMessage(), e);
        }
    }
}
