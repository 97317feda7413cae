package io.hawser.register;

import io.hawser.rpc.link.Caller;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.v1.EnterRequest;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.LookupRequest;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.UserKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * Measures batched look-ups from request bytes to reply bytes: parsing, the hop to one lane, 100,000 sessions, nine of
 * ten users known, the reply serialized. The link itself is measured in proto/rpc.
 *
 * <p>Prints look-ups a second, and the CPU of all threads for each. README.md tells how to run it.
 */
final class LookupBenchmark {
    private static final OwnersBefore NOBODY_BEFORE = (before, lookup) -> {
        throw new IllegalStateException(before + " asked (expected: nobody)");
    };

    private static final int SESSIONS = 100_000;
    private static final int BATCHES = 64;
    private static final int IN_FLIGHT = 4;

    private LookupBenchmark() {}

    public static void main(String[] args) throws Exception {
        int batch = args.length > 0 ? Integer.parseInt(args[0]) : 256;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        SessionLimits limits = new SessionLimits(
                1, 1_000, 1_000_000, 64, 4_096, 256, Duration.ofSeconds(30), 4_096, Duration.ofSeconds(1));
        Ownership all =
                Ownership.of(Registry.ME, 1, new Membership.View(1, List.of(Registry.register(Registry.ME, 1))));
        try (Lanes lanes = Lanes.start(
                new Views(all, limits),
                kick -> {},
                new HeldEvents().feed(),
                System::nanoTime,
                new SimpleMeterRegistry())) {
            Requests requests = new Requests(lanes, NOBODY_BEFORE);
            fill(requests);
            byte[][] batches = batches(batch);
            measure(requests, batches, batch, seconds);
            measure(requests, batches, batch, seconds);
        }
    }

    private static void fill(Requests requests) {
        Caller caller = new Caller("benchmark", "", Long.MAX_VALUE);
        for (int n = 0; n < SESSIONS; n++) {
            Session session =
                    Registry.bind(SessionMemory.user(n), "user", Registry.room("room-" + n % 20, 1), n).toBuilder()
                            .setApp(SessionMemory.app(n))
                            .build();
            var _ = requests.enter(EnterRequest.newBuilder().setSession(session).build(), caller)
                    .toCompletableFuture()
                    .join();
        }
    }

    private static byte[][] batches(int users) {
        Random random = new Random(1);
        byte[][] batches = new byte[BATCHES][];
        for (int i = 0; i < BATCHES; i++) {
            LookupRequest.Builder request = LookupRequest.newBuilder();
            for (int j = 0; j < users; j++) {
                int n = random.nextInt(SESSIONS * 10 / 9);
                request.addUsers(
                        UserKey.newBuilder().setApp(SessionMemory.app(n)).setUser(SessionMemory.user(n)));
            }
            batches[i] = request.build().toByteArray();
        }
        return batches;
    }

    private static void measure(Requests requests, byte[][] batches, int batch, int seconds) throws Exception {
        Caller caller = new Caller("benchmark", "", Long.MAX_VALUE);
        long cpuBefore = cpuNanos();
        long begin = System.nanoTime();
        long end = begin + Duration.ofSeconds(seconds).toNanos();
        long lookups = 0;
        long bytes = 0;
        @SuppressWarnings({"unchecked", "rawtypes"})
        CompletableFuture<byte[]>[] inFlight = new CompletableFuture[IN_FLIGHT];
        for (int i = 0; System.nanoTime() < end; i++) {
            int at = i % IN_FLIGHT;
            if (inFlight[at] != null) {
                bytes += inFlight[at].join().length;
                lookups += batch;
            }
            inFlight[at] = requests.lookup(LookupRequest.parseFrom(batches[i % BATCHES]), caller)
                    .thenApply(LookupReply::toByteArray)
                    .toCompletableFuture();
        }
        long cpu = cpuNanos() - cpuBefore;
        double wallSeconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "batch %d: %,.0f look-ups/s, %.2f us of CPU each, %,.0f look-ups/s a core, %d bytes each%n",
                batch,
                lookups / wallSeconds,
                cpu / 1e3 / lookups,
                lookups / (cpu / 1e9),
                bytes / Math.max(1, lookups));
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
