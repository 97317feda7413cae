package io.hawser.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.rpc.directory.ApiKey;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.RunningPlatform;
import io.hawser.standalone.up.DemoApp;
import io.hawser.standalone.up.FirstOperator;
import io.hawser.standalone.up.ServiceSettings;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.stores.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A platform whose services are processes of their own, each known by a name such as {@code room-1}. */
public final class Cluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SESSION = "2s";

    /** The name of the process that {@link #startZooKeeper} starts. */
    public static final String ZOOKEEPER = "zookeeper";

    private final Path home;
    private final RedisStore redis;
    private final EmbeddedMariaDb mariaDb;
    private final int zooKeeperPort;
    private final Map<String, Integer> centerPorts = new HashMap<>();
    private final Map<String, Map<String, String>> settings;
    private final List<String> jvmFlags;
    private final int dispatcherPort;
    private final Map<String, HawserProcess> processes = new LinkedHashMap<>();
    /** All that were ever started: one that runs may be followed by another of its name. */
    private final List<HawserProcess> started = new ArrayList<>();

    private final Map<String, Integer> adminPorts = new HashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final RunningPlatform running;

    private Cluster(Path home, Map<String, Map<String, String>> settings, List<String> jvmFlags) throws Exception {
        this.home = home;
        this.settings = settings;
        this.jvmFlags = jvmFlags;
        this.redis = new RedisStore(home);
        this.mariaDb = EmbeddedMariaDb.start(home.resolve("mariadb"), 0);
        List<Integer> ports = Ports.free(2);
        this.zooKeeperPort = ports.get(0);
        this.dispatcherPort = ports.get(1);
        try {
            startZooKeeper();
            start("saver-1", "saver-2", "register-1", "coordinator-1", "dispatcher-1", "room-1", "room-2", "center-1");
            this.running = describe();
        } catch (Exception | AssertionError e) {
            close();
            throw e;
        }
    }

    /** Starts two rooms, two savers and one of each other service, with a demo app. */
    public static Cluster start(Path home) throws Exception {
        return new Cluster(home, Map.of(), List.of());
    }

    /** As {@link #start(Path)}, with settings by service besides: {@code register} → {@code parking} → {@code 2s}. */
    public static Cluster start(Path home, Map<String, Map<String, String>> settings) throws Exception {
        return new Cluster(home, settings, List.of());
    }

    /** As {@link #start(Path, Map)}, with flags for the JVMs of all services. */
    public static Cluster start(Path home, Map<String, Map<String, String>> settings, List<String> jvmFlags)
            throws Exception {
        return new Cluster(home, settings, jvmFlags);
    }

    /** Where a center's API is. */
    public String center(String name) {
        return "http://127.0.0.1:" + centerPorts.get(name);
    }

    /** Where clients reach a room. */
    public InetSocketAddress room(String name) {
        JsonNode instances = CenterApi.required(
                new CenterApi(running.center(), running.operatorKey()).get("/v1/instances?service=room"));
        for (JsonNode instance : instances.path("instances")) {
            if (instance.path("name").asText().equals(name)) {
                String address = instance.path("clientAddresses").path(0).asText();
                int colon = address.lastIndexOf(':');
                return new InetSocketAddress(
                        address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
            }
        }
        throw new IllegalArgumentException("room: " + name + " (expected: one of " + instances + ")");
    }

    public RunningPlatform running() {
        return running;
    }

    /** Makes an app, and returns the platform as its back end and its clients see it. */
    public RunningPlatform withApp(String id, Map<String, Object> settings) {
        Map<String, Object> app = new HashMap<>(settings);
        app.put("id", id);
        JsonNode created = CenterApi.required(
                new CenterApi(running.center(), running.operatorKey()).post("/v1/apps", Map.of("app", app)));
        return new RunningPlatform(
                running.center(),
                running.dispatcher(),
                running.rooms(),
                running.zookeeper(),
                running.redis(),
                running.mysql(),
                id,
                created.path("key").path("secret").asText(),
                running.operatorKey());
    }

    public RedisStore redis() {
        return redis;
    }

    /** The first time, or again after a kill, with what it had stored. */
    public void startZooKeeper() throws InterruptedException {
        List<String> arguments = List.of(home.resolve("zookeeper").toString(), Integer.toString(zooKeeperPort));
        HawserProcess process =
                HawserProcess.start(home.resolve("zookeeper.log"), home, ZooKeeperMain.class.getName(), arguments);
        add(ZOOKEEPER, process);
        process.awaitLine(zooKeeperAddress()::equals);
    }

    /** SIGSTOP: the service takes bytes and answers nothing. */
    public void pause(String name) throws Exception {
        signal("STOP", process(name).pid());
    }

    public void resume(String name) throws Exception {
        signal("CONT", process(name).pid());
    }

    /** SIGSTOP: the database takes bytes and answers nothing. */
    public void pauseDatabase() throws Exception {
        signal("STOP", mariaDb.pid());
    }

    public void resumeDatabase() throws Exception {
        signal("CONT", mariaDb.pid());
    }

    static void signal(String name, long pid) throws Exception {
        int exit = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                .start()
                .waitFor();
        if (exit != 0) {
            throw new AssertionError("kill -" + name + " " + pid + " ended with " + exit);
        }
    }

    /** For what a test killed, or ended before it came to. */
    public void startUnlessItRuns(String name) throws Exception {
        if (!process(name).isAlive()) {
            start(name);
        }
    }

    /** Starts services side by side, and returns when they are ready. */
    public void start(String... names) throws Exception {
        List<Integer> ports = Ports.free(names.length);
        for (int i = 0; i < names.length; i++) {
            adminPorts.put(names[i], ports.get(i));
            add(names[i], run(names[i], ports.get(i)));
        }
        for (String name : names) {
            awaitReady(name);
        }
    }

    public boolean isAlive(String name) {
        return process(name).isAlive();
    }

    /** kill -9. */
    public void kill(String name) throws InterruptedException {
        process(name).killHard();
    }

    /** SIGTERM, and all the time that it takes to drain. */
    public int stop(String name) throws InterruptedException {
        return process(name).stop();
    }

    /** What a service has counted under the name since it started, whatever the tags. */
    public double counted(String name, String counter) throws Exception {
        return admin(name, "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(counter + " ") || line.startsWith(counter + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Override
    public void close() {
        started.forEach(HawserProcess::close);
        mariaDb.kill();
        redis.kill();
    }

    private void add(String name, HawserProcess process) {
        processes.put(name, process);
        started.add(process);
    }

    private HawserProcess process(String name) {
        HawserProcess process = processes.get(name);
        if (process == null) {
            throw new IllegalArgumentException("process: " + name + " (expected: one of " + processes.keySet() + ")");
        }
        return process;
    }

    private HawserProcess run(String name, int adminPort) {
        String service = name.substring(0, name.indexOf('-'));
        List<String> arguments = new ArrayList<>(List.of(
                service,
                "--zookeeper",
                zooKeeperAddress(),
                "--session-timeout",
                SESSION,
                "--name",
                name,
                "--set",
                "admin.port=" + adminPort));
        Map<String, String> all = new LinkedHashMap<>(settings(service, name));
        all.putAll(settings.getOrDefault(service, Map.of()));
        all.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        return HawserProcess.run(home.resolve(name + ".log"), home, jvmFlags, arguments);
    }

    private Map<String, String> settings(String service, String name) {
        return switch (service) {
            case "room" -> ServiceSettings.ofRoom(0);
            case "dispatcher" -> ServiceSettings.ofDispatcher(dispatcherPort);
            case "center" -> ServiceSettings.ofCenter(centerPort(name));
            case "saver" -> withSpool(name, ServiceSettings.ofSaver(redis.server(), mariaDb));
            case "coordinator" -> ServiceSettings.ofCoordinator();
            default -> Map.of();
        };
    }

    private Map<String, String> withSpool(String saver, Map<String, String> others) {
        Map<String, String> all = new LinkedHashMap<>(others);
        all.put("spool.directory", home.resolve("spool").resolve(saver).toString());
        return all;
    }

    /** The same in each of its lives. */
    private int centerPort(String name) {
        return centerPorts.computeIfAbsent(name, first -> Ports.free(1).getFirst());
    }

    private void awaitReady(String name) {
        HawserProcess process = process(name);
        await(name + " is ready")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .failFast(
                        () -> assertThat(process.isAlive()).as(process::errors).isTrue())
                .untilAsserted(
                        () -> assertThat(isReady(name)).as(process::errors).isTrue());
    }

    private boolean isReady(String name) throws InterruptedException {
        try {
            return admin(name, "/readyz").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private HttpResponse<String> admin(String name, String path) throws IOException, InterruptedException {
        var page = URI.create("http://" + Ports.HOST + ":" + adminPorts.get(name) + path);
        return http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
    }

    private String zooKeeperAddress() {
        return Ports.HOST + ":" + zooKeeperPort;
    }

    private RunningPlatform describe() throws InterruptedException {
        ApiKey operator = ApiKey.draw(new SecureRandom());
        FirstOperator.introduce(zooKeeperAddress(), operator);
        String center = center("center-1");
        String apiKey = new DemoApp(new CenterApi(center, operator.reveal())).keyOf("");
        return new RunningPlatform(
                center,
                "http://127.0.0.1:" + dispatcherPort,
                List.of(),
                zooKeeperAddress(),
                redis.server().address(),
                mariaDb.jdbcUrl(),
                DemoApp.ID,
                apiKey,
                operator.reveal());
    }
}
