package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.keeper.registry.InstanceStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** An instance's admin port, for what is too large for ZooKeeper. */
final class AdminPort implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration LONGEST_FETCH = Duration.ofSeconds(30);

    private final InstanceStatus instance;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();

    AdminPort(InstanceStatus instance) {
        this.instance = instance;
    }

    /**
     * Makes sure that this very instance answers there: its address may be the loopback of another machine.
     *
     * @throws KeeperFailure with ADMIN_UNREACHABLE when it does not
     */
    void requireReachable() throws InterruptedException {
        try {
            HttpResponse<String> answer = http.send(request("/info", PATIENCE), HttpResponse.BodyHandlers.ofString());
            JsonNode info = new ObjectMapper().readTree(answer.body());
            if (info.path("incarnation").asLong() != instance.incarnation()) {
                throw unreachable("something else answers there");
            }
        } catch (IOException e) {
            throw unreachable(e.getClass().getSimpleName());
        }
    }

    /** Fetches a file, whole or not at all. */
    void fetch(String path, Path into, long expectedBytes) throws IOException, InterruptedException {
        Path part = into.resolveSibling(into.getFileName() + ".part");
        try {
            HttpResponse<Path> answer = http.send(request(path, LONGEST_FETCH), HttpResponse.BodyHandlers.ofFile(part));
            if (answer.statusCode() != 200 || Files.size(part) != expectedBytes) {
                throw unreachable(
                        "status " + answer.statusCode() + ", " + Files.size(part) + " of " + expectedBytes + " bytes");
            }
            Files.move(part, into);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest request(String path, Duration atMost) {
        String host = instance.adminHost().contains(":") ? "[" + instance.adminHost() + "]" : instance.adminHost();
        return HttpRequest.newBuilder(URI.create("http://" + host + ":" + instance.adminPort() + path))
                .timeout(atMost)
                .build();
    }

    private KeeperFailure unreachable(String why) {
        return new KeeperFailure(
                Exit.ADMIN_UNREACHABLE,
                instance.name() + ": its admin port " + instance.adminHost() + ":" + instance.adminPort()
                        + " is not reached from here: " + why
                        + " (expected: run this on its machine, or set its admin.host to an address of the operators'"
                        + " network)");
    }
}
