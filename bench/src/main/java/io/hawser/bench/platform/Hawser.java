package io.hawser.bench.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Proc;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A running platform, as {@code up.json} and {@code cluster.json} of a data directory describe it.
 *
 * @param rooms {@code host:port} where clients connect, room-1 first
 * @param certificate file of what rooms show their clients, or its CA's, in PEM; empty: they speak plain TCP
 * @param links {@code host:port} where services answer others, by name: room-1, register-1; empty where that is not known
 */
public record Hawser(
        URI center,
        String app,
        String apiKey,
        String dispatcher,
        String zookeeper,
        List<String> rooms,
        String certificate,
        Map<String, String> links) {
    private static final Pattern SERVICE = Pattern.compile("io\\.hawser\\.standalone\\.Hawser \\S+ --name (\\S+) ");
    private static final String LINK = "/link";
    private static final String ROOM = "room";

    public Hawser {
        rooms = List.copyOf(rooms);
        links = Map.copyOf(links);
    }

    /** Reads the description; the plan of the cluster is looked for beside it. */
    public static Hawser read(Path file) {
        try {
            JsonNode up = new ObjectMapper().readTree(file.toFile());
            List<String> rooms = new ArrayList<>();
            up.path("rooms").forEach(room -> rooms.add(room.asText()));
            return new Hawser(
                    URI.create(required(up, "center")),
                    required(up, "app"),
                    required(up, "apiKey"),
                    up.path("dispatcher").asText(),
                    up.path("zookeeper").asText(),
                    rooms,
                    "",
                    links(file.resolveSibling("cluster.json")));
        } catch (IOException e) {
            throw new BenchException("--against: cannot read " + file + " (expected: what 'cluster up' wrote)", e);
        }
    }

    /** The same, with clients that come by TLS and believe this. */
    public Hawser overTls(Path believed) {
        return new Hawser(
                center,
                app,
                apiKey,
                dispatcher,
                zookeeper,
                TlsAddresses.of(rooms.size(), dispatcher, app),
                believed.toString(),
                links);
    }

    /** The same, with some of its rooms alone: those numbered from {@code first}, the first being 0. */
    public Hawser withRooms(int first, int count) {
        Map<String, String> some = new TreeMap<>(links);
        List<String> names = List.copyOf(linksOf(ROOM).keySet());
        some.keySet().removeAll(names);
        names.subList(first, first + count).forEach(name -> some.put(name, links.getOrDefault(name, "")));
        List<String> addresses = rooms.subList(first, first + count);
        return new Hawser(center, app, apiKey, dispatcher, zookeeper, addresses, certificate, some);
    }

    private static String required(JsonNode up, String name) {
        String value = up.path(name).asText();
        if (value.isEmpty()) {
            throw new BenchException("--against: the file has no '" + name + "' (expected: what 'cluster up' wrote)");
        }
        return value;
    }

    private static Map<String, String> links(Path plan) throws IOException {
        Map<String, String> links = new TreeMap<>();
        if (Files.exists(plan)) {
            new ObjectMapper()
                    .readTree(plan.toFile())
                    .path("ports")
                    .properties()
                    .forEach(port -> {
                        if (port.getKey().endsWith(LINK)) {
                            links.put(
                                    port.getKey().replace(LINK, ""),
                                    "127.0.0.1:" + port.getValue().asInt());
                        }
                    });
        }
        return links;
    }

    /** Addresses of the links of a service's instances, by name. */
    public Map<String, String> linksOf(String service) {
        Map<String, String> some = new TreeMap<>();
        links.forEach((name, address) -> {
            if (name.startsWith(service + "-")) {
                some.put(name, address);
            }
        });
        if (some.isEmpty()) {
            throw new BenchException(
                    "no link of a " + service
                            + " is known (expected: --against the up.json of a 'cluster up', which has a cluster.json beside it)");
        }
        return some;
    }

    /** Its services that run on this machine, by name; none where it runs elsewhere. */
    public Map<String, Proc> services() {
        Map<String, Proc> services = new LinkedHashMap<>();
        Proc.all().forEach((pid, commandLine) -> {
            Matcher service = SERVICE.matcher(commandLine);
            if (service.find() && commandLine.contains("--zookeeper " + zookeeper + " ")) {
                services.put(service.group(1), Proc.of(pid));
            }
        });
        return services;
    }
}
