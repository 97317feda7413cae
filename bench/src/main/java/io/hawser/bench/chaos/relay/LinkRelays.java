package io.hawser.bench.chaos.relay;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Pause;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A relay in front of every service of a cluster, of every room's port for clients, and of every store where that is asked for: they listen on one address of this
 * machine, and are told of under another one with the same port, where the relay is.
 */
public final class LinkRelays implements AutoCloseable {
    private static final String LISTENING = "127.0.0.1";
    private static final String ADVERTISED = "127.0.0.2";
    private static final List<String> SERVICES = List.of("room", "register", "saver", "coordinator", "dispatcher");
    private static final List<String> STORES = List.of("mariadb", "redis", "zookeeper");
    private static final String LINK = "/link";
    private static final Pattern ROOM = Pattern.compile("room-[0-9]+");
    private static final long LOOK_MILLIS = 20;

    private final CompletableFuture<Relays> relays = new CompletableFuture<>();
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

    /**
     * What the cluster has to be started with.
     *
     * @param stores whether they are relayed, too
     */
    public static List<String> arguments(boolean stores) {
        List<String> arguments = new ArrayList<>(SERVICES.stream()
                .map(service -> "--set=" + service + ".link.advertisedHost=" + ADVERTISED)
                .toList());
        arguments.addAll(List.of("--rooms-at", ADVERTISED));
        if (stores) {
            arguments.addAll(List.of("--stores-at", ADVERTISED));
        }
        return arguments;
    }

    /**
     * Begins to carry as soon as the cluster, which is being started, has its ports.
     *
     * @param cluster its directory
     * @param stores whether they are relayed, too
     */
    public static LinkRelays before(Path cluster, boolean stores) {
        LinkRelays relays = new LinkRelays();
        Thread.ofVirtual()
                .name("relays")
                .start(() -> relays.start(cluster.resolve("cluster.json"), new Callers(cluster), stores));
        return relays;
    }

    /** When they carry. */
    public Relays started() {
        try {
            return relays.join();
        } catch (CompletionException e) {
            throw new BenchException("no relays: " + e.getCause(), e);
        }
    }

    private void start(Path plan, Callers callers, boolean stores) {
        try {
            while (!Files.exists(plan) && !closed) {
                Pause.millis(LOOK_MILLIS);
            }
            relays.complete(closed ? Relays.NONE : before(ports(plan), callers, stores));
        } catch (IOException | RuntimeException e) {
            relays.completeExceptionally(e);
        }
    }

    private static Map<String, Integer> ports(Path plan) throws IOException {
        Map<String, Integer> ports = new TreeMap<>();
        new ObjectMapper()
                .readTree(plan.toFile())
                .path("ports")
                .properties()
                .forEach(port -> ports.put(port.getKey(), port.getValue().asInt()));
        return ports;
    }

    private static Relays before(Map<String, Integer> ports, Callers callers, boolean stores) {
        Map<String, Relay> ofServices = new TreeMap<>();
        Map<String, Relay> ofClients = new TreeMap<>();
        Map<String, Relay> ofStores = new TreeMap<>();
        ports.forEach((what, port) -> {
            String name = what.replace(LINK, "");
            if (what.endsWith(LINK) && hasLink(name)) {
                ofServices.put(name, relay(port, caller -> callers.nameOf(caller, port)));
            } else if (ROOM.matcher(what).matches()) {
                ofClients.put(name, relay(port, caller -> "a client"));
            } else if (stores && STORES.contains(what)) {
                ofStores.put(what, relay(port, caller -> callers.nameOf(caller, port)));
            }
        });
        return new Relays(ofServices, ofClients, ofStores);
    }

    private static boolean hasLink(String name) {
        return SERVICES.contains(name.substring(0, name.indexOf('-')));
    }

    private static Relay relay(int port, Function<InetSocketAddress, String> callers) {
        return Relay.start(new InetSocketAddress(ADVERTISED, port), new InetSocketAddress(LISTENING, port), callers);
    }

    @Override
    public void close() {
        closed = true;
        relays.handle((started, failure) -> started == null ? Relays.NONE : started)
                .join()
                .all()
                .forEach(Relay::close);
    }
}
