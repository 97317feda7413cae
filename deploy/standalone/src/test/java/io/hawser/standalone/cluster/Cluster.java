package io.hawser.standalone.cluster;

import io.hawser.rpc.directory.ApiKey;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.RunningPlatform;
import io.hawser.standalone.up.DemoApp;
import io.hawser.standalone.up.FirstOperator;
import io.hawser.standalone.up.ServiceSettings;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.stores.EmbeddedRedis;
import io.hawser.stores.EmbeddedZooKeeper;
import io.hawser.stores.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A platform whose services are processes of their own, each known by a name such as {@code room-1}. */
public final class Cluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SESSION = "2s";

    private final Path home;
    private final EmbeddedZooKeeper zooKeeper;
    private final EmbeddedRedis redis;
    private final EmbeddedMariaDb mariaDb;
    private final int centerPort;
    private final int dispatcherPort;
    private final Map<String, HawserProcess> services = new LinkedHashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final RunningPlatform running;

    private Cluster(Path home) throws Exception {
        this.home = home;
        this.zooKeeper = EmbeddedZooKeeper.start(home.resolve("zookeeper"), 0);
        this.redis = EmbeddedRedis.start(home.resolve("redis"), 0);
        this.mariaDb = EmbeddedMariaDb.start(home.resolve("mariadb"), 0);
        List<Integer> ports = Ports.free(2);
        this.centerPort = ports.get(0);
        this.dispatcherPort = ports.get(1);
        try {
            start("saver-1", "saver-2", "register-1", "coordinator-1", "dispatcher-1", "room-1", "room-2", "center-1");
            this.running = describe();
        } catch (Exception | AssertionError e) {
            close();
            throw e;
        }
    }

    /** Starts two rooms, two savers and one of each other service, with a demo app. */
    public static Cluster start(Path home) throws Exception {
        return new Cluster(home);
    }

    public RunningPlatform running() {
        return running;
    }

    public EmbeddedRedis redis() {
        return redis;
    }

    /** SIGSTOP: the database takes bytes and answers nothing. */
    public void pauseDatabase() throws Exception {
        signal("STOP", mariaDb.pid());
    }

    public void resumeDatabase() throws Exception {
        signal("CONT", mariaDb.pid());
    }

    private static void signal(String name, long pid) throws Exception {
        int exit = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                .start()
                .waitFor();
        if (exit != 0) {
            throw new AssertionError("kill -" + name + " " + pid + " ended with " + exit);
        }
    }

    /** Starts services side by side, and returns when they are ready. */
    public void start(String... names) throws Exception {
        List<Integer> adminPorts = Ports.free(names.length);
        for (int i = 0; i < names.length; i++) {
            services.put(names[i], run(names[i], adminPorts.get(i)));
        }
        for (int i = 0; i < names.length; i++) {
            awaitReady(names[i], adminPorts.get(i));
        }
    }

    /** kill -9. */
    public void kill(String name) throws InterruptedException {
        process(name).killHard();
    }

    /** SIGTERM, and all the time that it takes to drain. */
    public int stop(String name) throws InterruptedException {
        return process(name).stop();
    }

    @Override
    public void close() {
        services.values().forEach(HawserProcess::close);
        mariaDb.kill();
        redis.kill();
        zooKeeper.close();
    }

    private HawserProcess process(String name) {
        HawserProcess process = services.get(name);
        if (process == null) {
            throw new IllegalArgumentException("service: " + name + " (expected: one of " + services.keySet() + ")");
        }
        return process;
    }

    private HawserProcess run(String name, int adminPort) {
        String service = name.substring(0, name.indexOf('-'));
        List<String> arguments = new ArrayList<>(List.of(
                service,
                "--zookeeper",
                zooKeeper.connectString(),
                "--session-timeout",
                SESSION,
                "--name",
                name,
                "--set",
                "admin.port=" + adminPort));
        settings(service).forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        return HawserProcess.run(home.resolve(name + ".log"), home, arguments.toArray(String[]::new));
    }

    private Map<String, String> settings(String service) {
        return switch (service) {
            case "room" -> ServiceSettings.ofRoom(0);
            case "dispatcher" -> ServiceSettings.ofDispatcher(dispatcherPort);
            case "center" -> ServiceSettings.ofCenter(centerPort);
            case "saver" -> ServiceSettings.ofSaver(redis, mariaDb);
            default -> Map.of();
        };
    }

    private void awaitReady(String name, int adminPort) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + "/readyz"))
                .build();
        long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        while (!answersOk(request)) {
            if (!process(name).isAlive() || System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError(
                        name + " is not ready: " + process(name).errors());
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private boolean answersOk(HttpRequest request) throws InterruptedException {
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private RunningPlatform describe() throws InterruptedException {
        ApiKey operator = ApiKey.draw(new SecureRandom());
        FirstOperator.introduce(zooKeeper.connectString(), operator);
        String center = "http://127.0.0.1:" + centerPort;
        String apiKey = new DemoApp(new CenterApi(center, operator.reveal())).keyOf("");
        return new RunningPlatform(
                center,
                "http://127.0.0.1:" + dispatcherPort,
                List.of(),
                zooKeeper.connectString(),
                redis.address(),
                mariaDb.jdbcUrl(),
                DemoApp.ID,
                apiKey,
                operator.reveal());
    }
}
