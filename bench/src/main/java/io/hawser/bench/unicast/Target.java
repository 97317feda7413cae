package io.hawser.bench.unicast;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.hawser.bench.measure.BenchException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which platform is measured: the one that {@code up} wrote down, where no option says otherwise. */
final class Target {
    private static final Pattern LAST_PORT = Pattern.compile(":(\\d+)(?!.*:\\d)");

    @Option(names = "--up", paramLabel = "FILE", description = "What 'up' wrote (default: .hawser/up.json).")
    private @Nullable Path up;

    @Option(names = "--center", paramLabel = "URL", description = "The API, such as http://127.0.0.1:8080.")
    private @Nullable URI center;

    @Option(names = "--app", paramLabel = "APP", description = "The app (default: the demo app).")
    private @Nullable String app;

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            defaultValue = "${env:HAWSER_API_KEY}",
            description = "The app's key (default: $HAWSER_API_KEY, else the demo app's).")
    private @Nullable String apiKey;

    @Option(names = "--room", paramLabel = "HOST:PORT", description = "Rooms to connect to (default: those of 'up').")
    private List<String> rooms = new ArrayList<>();

    private @Nullable JsonNode written;

    URI center() {
        return center != null ? center : URI.create(required("center"));
    }

    String app() {
        return app != null ? app : required("app");
    }

    String apiKey() {
        return apiKey != null ? apiKey : required("apiKey");
    }

    List<InetSocketAddress> rooms() {
        List<String> addresses = new ArrayList<>(rooms);
        if (addresses.isEmpty()) {
            written().path("rooms").forEach(room -> addresses.add(room.asText()));
        }
        if (addresses.isEmpty()) {
            throw new BenchException("no room is known (expected: --room HOST:PORT)");
        }
        return addresses.stream().map(Target::address).toList();
    }

    /** Ports of the stores that 'up' started, so that their processes are found; 0: unknown. */
    int redisPort() {
        return lastPort(optional("redis"));
    }

    int mysqlPort() {
        return lastPort(optional("mysql"));
    }

    private String required(String name) {
        String value = written().path(name).asText();
        if (value.isEmpty()) {
            throw new BenchException(file() + ": has no '" + name + "'");
        }
        return value;
    }

    /** Of a platform that is given by options alone nothing else is known. */
    private String optional(String name) {
        return center != null ? "" : written().path(name).asText();
    }

    private JsonNode written() {
        if (written == null) {
            written = read(file());
        }
        return written;
    }

    private Path file() {
        return up != null ? up : Path.of(System.getProperty("hawser.home", "."), ".hawser", "up.json");
    }

    private static JsonNode read(Path file) {
        try {
            JsonNode read = new ObjectMapper().readTree(file.toFile());
            return read == null ? MissingNode.getInstance() : read;
        } catch (IOException e) {
            throw new BenchException(
                    "cannot read " + file
                            + " (expected: './hawser up' in another terminal, or its addresses as options)",
                    e);
        }
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new BenchException("room: " + text + " (expected: host:port)");
        }
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    private static int lastPort(String address) {
        Matcher port = LAST_PORT.matcher(address);
        return port.find() ? Integer.parseInt(port.group(1)) : 0;
    }
}
