package io.hawser.bench.chaos.relay;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Pause;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A relay in front of every service of a cluster: services listen for each other on one address of this machine, and are
 * told of under another one with the same port, where the relay is.
 */
public final class LinkRelays implements AutoCloseable {
    private static final String LISTENING = "127.0.0.1";
    private static final String ADVERTISED = "127.0.0.2";
    private static final List<String> SERVICES = List.of("room", "register", "saver", "coordinator", "dispatcher");
    private static final String LINK = "/link";
    private static final long LOOK_MILLIS = 20;

    private final CompletableFuture<Map<String, Relay>> relays = new CompletableFuture<>();
    private volatile boolean closed;

    private LinkRelays() {}

    /** Whether this machine has another loopback address, as Linux has and macOS has not. */
    public static boolean arePossible() {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(ADVERTISED, 0));
            return true;
        } catch (IOException none) {
            return false;
        }
    }

    /** What the cluster has to be started with. */
    public static List<String> settings() {
        return SERVICES.stream()
                .map(service -> "--set=" + service + ".link.advertisedHost=" + ADVERTISED)
                .toList();
    }

    /**
     * Begins to carry as soon as the cluster, which is being started, has its ports.
     *
     * @param cluster its directory
     */
    public static LinkRelays before(Path cluster) {
        LinkRelays relays = new LinkRelays();
        Thread.ofVirtual()
                .name("relays")
                .start(() -> relays.start(cluster.resolve("cluster.json"), new Callers(cluster)));
        return relays;
    }

    /** By the instance's name. */
    public Map<String, Relay> byName() {
        try {
            return relays.join();
        } catch (CompletionException e) {
            throw new BenchException("no relays: " + e.getCause(), e);
        }
    }

    private void start(Path plan, Callers callers) {
        try {
            while (!Files.exists(plan) && !closed) {
                Pause.millis(LOOK_MILLIS);
            }
            Map<String, Relay> started = new TreeMap<>();
            if (!closed) {
                new ObjectMapper()
                        .readTree(plan.toFile())
                        .path("ports")
                        .properties()
                        .forEach(port -> {
                            String name = port.getKey().replace(LINK, "");
                            if (port.getKey().endsWith(LINK) && hasLink(name)) {
                                started.put(name, relay(port.getValue().asInt(), callers));
                            }
                        });
            }
            relays.complete(started);
        } catch (IOException | RuntimeException e) {
            relays.completeExceptionally(e);
        }
    }

    private static boolean hasLink(String name) {
        return SERVICES.contains(name.substring(0, name.indexOf('-')));
    }

    private static Relay relay(int port, Callers callers) {
        return Relay.start(
                new InetSocketAddress(ADVERTISED, port),
                new InetSocketAddress(LISTENING, port),
                caller -> callers.nameOf(caller, port));
    }

    @Override
    public void close() {
        closed = true;
        Collection<Relay> all = relays.handle(
                        (started, failure) -> started == null ? List.<Relay>of() : started.values())
                .join();
        all.forEach(Relay::close);
    }
}
