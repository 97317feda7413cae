package io.hawser.register;

import io.hawser.keeper.registry.Obituary;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.link.SlotTable;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.LookupRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.UserKey;
import io.hawser.rpc.v1.Whereabouts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;

/**
 * Measures how long it takes until all is known again after one of two registers was killed (SIGKILL), and then after a
 * room was: all users are looked up, again and again. Registers and rooms are processes, found through a real ZooKeeper,
 * with the settings that they have by default; clients there are none. With an agent, what ended is told of as one does
 * that looks after the processes; without, the ZooKeeper session of what was killed has to end first, as when its host is lost.
 *
 * <p>README.md tells how to run it.
 */
final class RecoveryBenchmark {
    private static final int USERS_A_REQUEST = 500;
    private static final Duration ANSWER = Duration.ofSeconds(1);
    private static final Duration SWEPT_AT_MOST = Duration.ofMinutes(3);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final RegisterCluster cluster = new RegisterCluster();
    private final Deque<Process> children = new ArrayDeque<>();
    private final LinkClient registers = new LinkClient(
            "center/center-1",
            "register",
            cluster.room.members("register"),
            LinkSettings.defaults(),
            new SimpleMeterRegistry());
    private final int sessions;
    private final int rooms;
    private final boolean agent;

    private RecoveryBenchmark(int sessions, int rooms, boolean agent) {
        this.sessions = sessions;
        this.rooms = rooms;
        this.agent = agent;
    }

    /** Sessions, rooms; {@code agent}, or nothing. */
    public static void main(String[] args) throws Exception {
        RecoveryBenchmark benchmark = new RecoveryBenchmark(
                Integer.parseInt(args[0]), Integer.parseInt(args[1]), args.length > 2 && args[2].equals("agent"));
        try {
            benchmark.run();
        } finally {
            benchmark.stop();
        }
    }

    private void stop() throws Exception {
        registers.close();
        children.forEach(Process::destroyForcibly);
        cluster.stop();
    }

    private void run() throws Exception {
        cluster.startCoordinator(new AtomicInteger());
        child(Register.class, "--zookeeper", zooKeeper(), "--name", "register-1");
        Process register = child(Register.class, "--zookeeper", zooKeeper(), "--name", "register-2");
        awaitInView("register", 2);
        List<Process> started = new ArrayList<>();
        for (int n = 0; n < rooms; n++) {
            int first = n * sessions / rooms;
            int end = (n + 1) * sessions / rooms;
            started.add(child(RecoveryRoom.class, zooKeeper(), "room-" + (n + 2), "" + first, "" + end));
        }
        for (Process room : started) {
            String said = room.inputReader().readLine();
            if (!"ready".equals(said)) {
                throw new IllegalStateException("a room said " + said + " (expected: ready)");
            }
        }
        cluster.pourEverything();
        expectAllKnown();
        loseRegister(register);
        loseRoom(started.getFirst());
    }

    private String zooKeeper() {
        return cluster.zooKeeper.connectString();
    }

    private Process child(Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(Arrays.asList(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        if (main.equals(Register.class)) {
            builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        }
        Process process = builder.start();
        children.push(process);
        return process;
    }

    private void awaitInView(String service, int count) throws InterruptedException {
        while (cluster.room.members(service).view().peers().size() != count) {
            Thread.sleep(LOOK);
        }
    }

    private void expectAllKnown() throws InterruptedException {
        while (lookAll().known < sessions) {
            Thread.sleep(LOOK);
        }
    }

    private void loseRegister(Process register) throws Exception {
        long killed = kill(register, "register", "register-2");
        long gone = 0;
        long unknownSince = 0;
        long unknownUntil = killed;
        int offline = 0;
        Looked looked;
        do {
            looked = lookAll();
            long now = System.nanoTime();
            if (gone == 0 && cluster.room.members("register").view().peers().size() == 1) {
                gone = now;
                cluster.pourEverything();
            }
            unknownSince = unknownSince == 0 && looked.unknown > 0 ? now : unknownSince;
            unknownUntil = looked.unknown > 0 ? now : unknownUntil;
            offline += looked.offline;
        } while (looked.known < sessions || gone == 0);
        long back = System.nanoTime();
        System.out.printf(Locale.ROOT, "register killed: out of view after %.1f s%n", seconds(killed, gone));
        System.out.printf(Locale.ROOT, "  all %d sessions known again after %.1f s%n", sessions, seconds(killed, back));
        System.out.printf(
                Locale.ROOT,
                "  'unknown' told for %.1f s; 'offline', wrongly: %d%n",
                unknownSince == 0 ? 0 : seconds(unknownSince, unknownUntil),
                offline);
    }

    private void loseRoom(Process room) throws Exception {
        int its = sessions / rooms;
        int view = cluster.room.members("room").view().peers().size();
        cluster.events.clear();
        long killed = kill(room, "room", "room-2");
        awaitInView("room", view - 1);
        long gone = System.nanoTime();
        while (cluster.totals("register-1").getSessions() > sessions - its) {
            expectWithin(SWEPT_AT_MOST, killed);
        }
        long swept = System.nanoTime();
        while (toldOffline() < its) {
            expectWithin(SWEPT_AT_MOST, killed);
        }
        long told = System.nanoTime();
        System.out.printf(Locale.ROOT, "room killed: out of view after %.1f s%n", seconds(killed, gone));
        System.out.printf(Locale.ROOT, "  its %d sessions swept %.1f s after that%n", its, seconds(gone, swept));
        System.out.printf(
                Locale.ROOT,
                "  its %d devices told offline %.1f s after that (parking: 30 s)%n",
                its,
                seconds(gone, told));
    }

    private static void expectWithin(Duration atMost, long sinceNanos) throws InterruptedException {
        if (System.nanoTime() - sinceNanos > atMost.toNanos()) {
            throw new IllegalStateException("not swept within " + atMost);
        }
        Thread.sleep(LOOK);
    }

    private long toldOffline() {
        return cluster.events.stream()
                .filter(event -> event.getKind() == EventKind.EVENT_OFFLINE)
                .map(StateEvent::getUser)
                .distinct()
                .count();
    }

    private long kill(Process process, String service, String name) throws Exception {
        long now = System.nanoTime();
        process.destroyForcibly().waitFor();
        if (agent) {
            try (CuratorFramework client = ZooKeeperSession.client(ZooKeeperSettings.of(zooKeeper()))) {
                client.start();
                boolean told = Obituary.tell(client, service, name, process.pid());
                System.out.printf(Locale.ROOT, "%s: its end is %s%n", name, told ? "told" : "not told");
            }
        }
        return now;
    }

    /** How many users were found, are somewhere in unknown rooms, or would be offline; others had no answer. */
    private record Looked(int known, int unknown, int offline) {
        static Looked at(Whereabouts user) {
            if (user.getNotOwner()) {
                return new Looked(0, 0, 0);
            }
            if (user.getUnknownRoomsCount() > 0) {
                return new Looked(0, 1, 0);
            }
            return user.getSessionsCount() == 1 ? new Looked(1, 0, 0) : new Looked(0, 0, 1);
        }

        Looked plus(Looked other) {
            return new Looked(known + other.known, unknown + other.unknown, offline + other.offline);
        }
    }

    private Looked lookAll() {
        Membership.View view = registers.membership().view();
        SlotTable owners = SlotTable.of(view);
        Map<Peer, List<UserKey>> byOwner = new HashMap<>();
        for (int n = 0; n < sessions; n++) {
            String user = RecoveryRoom.user(n);
            Peer owner = owners.owner(Slot.of("demo", user));
            if (owner != null) {
                byOwner.computeIfAbsent(owner, _ -> new ArrayList<>())
                        .add(UserKey.newBuilder().setApp("demo").setUser(user).build());
            }
        }
        List<CompletableFuture<Looked>> asked = byOwner.entrySet().stream()
                .flatMap(entry -> look(entry.getKey(), entry.getValue()))
                .toList();
        return asked.stream().map(CompletableFuture::join).reduce(new Looked(0, 0, 0), Looked::plus);
    }

    private Stream<CompletableFuture<Looked>> look(Peer owner, List<UserKey> users) {
        return IntStream.rangeClosed(0, (users.size() - 1) / USERS_A_REQUEST)
                .mapToObj(part ->
                        users.subList(part * USERS_A_REQUEST, Math.min(users.size(), (part + 1) * USERS_A_REQUEST)))
                .map(part -> registers
                        .call(
                                Route.peer(owner),
                                RegisterGrpc.getLookupMethod(),
                                LookupRequest.newBuilder().addAllUsers(part).build(),
                                "",
                                ANSWER)
                        .handle((reply, _) -> looked(reply)));
    }

    private static Looked looked(LookupReply reply) {
        return Objects.requireNonNullElse(reply, LookupReply.getDefaultInstance()).getUsersList().stream()
                .map(Looked::at)
                .reduce(new Looked(0, 0, 0), Looked::plus);
    }

    private static double seconds(long fromNanos, long toNanos) {
        return (toNanos - fromNanos) / 1e9;
    }
}
