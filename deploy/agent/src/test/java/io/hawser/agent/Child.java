package io.hawser.agent;

import io.hawser.keeper.config.Secret;
import io.hawser.keeper.registry.Identity;
import io.hawser.keeper.registry.Registration;
import io.hawser.keeper.zookeeper.KeeperLoop;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A process for tests, which does as its arguments say: {@code exit CODE}, {@code stay}, {@code deaf}, {@code fork}, {@code flood}. */
public final class Child {
    private Child() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "exit" -> System.exit(Integer.parseInt(args[1]));
            case "stay" -> stay();
            case "deaf" -> deaf();
            case "fork" -> fork();
            case "flood" -> flood();
            case "serve" -> serve(Integer.parseInt(args[1]), Path.of(args[2]));
            case "fill" -> fill(Integer.parseInt(args[1]));
            case "register" -> register(args[1], args[2]);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** The command that runs this with these words. */
    static List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName()));
        command.addAll(List.of(words));
        return command;
    }

    private static void stay() throws InterruptedException {
        System.out.println("stays");
        new CountDownLatch(1).await();
    }

    /** SIGTERM waits for a hook that never ends. */
    private static void deaf() throws InterruptedException {
        var never = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        System.out.println("deaf");
        never.await();
    }

    /** Leaves a process behind that outlives it. */
    private static void fork() throws Exception {
        Process left = new ProcessBuilder("sleep", "600").start();
        System.out.println("left " + left.pid());
        stay();
    }

    private static void flood() throws InterruptedException {
        for (int line = 0; line < 2_000; line++) {
            System.out.println("line " + line);
        }
        stay();
    }

    /** Makes the file, then listens. */
    private static void serve(int port, Path file) throws Exception {
        Files.createFile(file);
        try (var server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            System.out.println("serves at " + server.getLocalPort());
            stay();
        }
    }

    /** Goes by the name as a room does, in a session that outlives it by more than a test. */
    private static void register(String zooKeeper, String name) throws Exception {
        var meters = new SimpleMeterRegistry();
        var loop = new KeeperLoop("child", meters);
        var settings = new ZooKeeperSettings(zooKeeper, Duration.ofSeconds(40), Duration.ofSeconds(20), Secret.none());
        ZooKeeperSession session = ZooKeeperSession.open(settings, loop, meters);
        Identity.establish(session, loop, "room", name, null, Duration.ofSeconds(20), meters)
                .announce(incarnation -> new Registration(
                        "room", name, "127.0.0.1", 7, "", incarnation, Map.of(), Instant.EPOCH, "test"));
        stay();
    }

    private static void fill(int mebibytes) throws InterruptedException {
        byte[] memory = new byte[mebibytes << 20];
        Arrays.fill(memory, (byte) 1);
        System.out.println("filled " + memory.length);
        stay();
    }
}
