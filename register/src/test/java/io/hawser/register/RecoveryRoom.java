package io.hawser.register;

import io.hawser.keeper.HostSettings;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceHost;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.link.SlotTable;
import io.hawser.rpc.v1.EnterReply;
import io.hawser.rpc.v1.EnterRequest;
import io.hawser.rpc.v1.PourReply;
import io.hawser.rpc.v1.PourRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.Session;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A room of {@link RecoveryBenchmark}, in a process of its own: it has sessions and no clients, and tells registers of them
 * as a real one does, at the pace of its defaults. Ends with its standard input.
 */
final class RecoveryRoom {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int SLOTS_AT_ONCE = 64;
    private static final int SESSIONS_A_REQUEST = 500;
    private static final Duration RETRY_AFTER = Duration.ofMillis(300);
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final int ENTERS_AT_ONCE = 256;
    private static final Executor LATER =
            CompletableFuture.delayedExecutor(RETRY_AFTER.toMillis(), TimeUnit.MILLISECONDS);

    private final ServiceContext<RegisterCluster.Nothing> context;
    private final LinkClient registers;
    private final Map<Integer, List<Session>> bySlot = new HashMap<>();
    private final @Nullable Peer[] told = new Peer[Slot.COUNT];

    private RecoveryRoom(ServiceContext<RegisterCluster.Nothing> context) {
        this.context = context;
        this.registers = new LinkClient(
                "room/" + context.name(),
                "register",
                context.members("register"),
                LinkSettings.defaults(),
                new SimpleMeterRegistry());
    }

    static String user(int n) {
        return "user-" + n;
    }

    /** ZooKeeper's address, the room's name, the first of its users, and the one after the last. */
    public static void main(String[] args) throws Exception {
        CompletableFuture<ServiceContext<RegisterCluster.Nothing>> context = new CompletableFuture<>();
        HostSettings settings = HostSettings.of("room", args[0]).withName(args[1]);
        try (ServiceHost<RegisterCluster.Nothing> _ = RegisterCluster.hostRoom(settings, context)) {
            RecoveryRoom room = new RecoveryRoom(context.join());
            room.enter(Integer.parseInt(args[2]), Integer.parseInt(args[3]));
            Thread.ofPlatform().daemon().start(room::pourForEver);
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        }
    }

    private void enter(int from, int to) throws InterruptedException {
        for (int n = from; n < to; n += ENTERS_AT_ONCE) {
            List<Session> binds = IntStream.range(n, Math.min(to, n + ENTERS_AT_ONCE))
                    .mapToObj(number -> Registry.bind(
                            user(number), "user", Registry.room(context.name(), context.incarnation()), number))
                    .toList();
            List<CompletableFuture<Void>> entered =
                    binds.stream().map(this::enter).toList();
            CompletableFuture.allOf(entered.toArray(CompletableFuture[]::new)).join();
        }
    }

    private CompletableFuture<Void> enter(Session session) {
        CompletableFuture<EnterReply> reply = registers.call(
                Route.slot(Registry.slot(session)),
                RegisterGrpc.getEnterMethod(),
                EnterRequest.newBuilder().setSession(session).build(),
                "",
                TIMEOUT);
        return reply.thenAccept(entered -> {
                    synchronized (bySlot) {
                        bySlot.computeIfAbsent(Registry.slot(session), _ -> new ArrayList<>())
                                .add(Registry.stamped(session, entered.getStamp()));
                    }
                })
                .exceptionallyComposeAsync(_ -> enter(session), LATER);
    }

    private void pourForEver() {
        boolean ready = false;
        try {
            while (true) {
                Membership.View view = registers.membership().view();
                boolean all = pour(view, SlotTable.of(view));
                if (all && !ready) {
                    System.out.println("ready");
                    ready = true;
                }
                Thread.sleep(all ? LOOK : RETRY_AFTER);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns false where some slots were refused. */
    private boolean pour(Membership.View view, SlotTable owners) {
        boolean all = !view.peers().isEmpty();
        for (Peer owner : view.peers()) {
            int[] slots = IntStream.range(0, Slot.COUNT)
                    .filter(slot -> owner.equals(owners.owner(slot)) && !owner.equals(told[slot]))
                    .toArray();
            for (int from = 0; from < slots.length; from += SLOTS_AT_ONCE) {
                int to = Math.min(slots.length, from + SLOTS_AT_ONCE);
                all &= pour(view, owner, Arrays.copyOfRange(slots, from, to));
            }
        }
        return all;
    }

    private boolean pour(Membership.View view, Peer owner, int[] slots) {
        List<Session> sessions = IntStream.of(slots)
                .mapToObj(slot -> bySlot.getOrDefault(slot, List.of()))
                .flatMap(List::stream)
                .toList();
        boolean all = true;
        int from = 0;
        do {
            int to = Math.min(sessions.size(), from + SESSIONS_A_REQUEST);
            PourRequest.Builder request = PourRequest.newBuilder()
                    .setRoom(context.name())
                    .setRoomIncarnation(context.incarnation())
                    .setMembershipVersion(view.version())
                    .addAllSessions(sessions.subList(from, to));
            if (to == sessions.size() && all) {
                IntStream.of(slots).forEach(request::addCompleteSlots);
            }
            all &= isTaken(owner, request.build());
            from = to;
        } while (from < sessions.size());
        if (all) {
            IntStream.of(slots).forEach(slot -> told[slot] = owner);
        }
        return all;
    }

    private boolean isTaken(Peer owner, PourRequest request) {
        try {
            PourReply reply = Objects.requireNonNull(registers
                    .call(Route.peer(owner), RegisterGrpc.getPourMethod(), request, "", TIMEOUT)
                    .join());
            return reply.getRefusedSlotsCount() == 0;
        } catch (CompletionException notTaken) {
            System.err.println(context.name() + ": " + notTaken.getCause());
            return false;
        }
    }
}
