package io.hawser.saver;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.rpc.v1.SettleRequest;
import io.hawser.saver.log.LaneSettings;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.stores.EmbeddedRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A saver alone, on real stores, through a real link: append, settle and acknowledge, as fast as they are answered.
 *
 * <p>Run it with the module's test class path; arguments: seconds, users, appends in flight, percent acknowledged. Prints appends/s and the CPU that an append costs by process.
 */
public final class SaverBenchmark {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ByteString CONTENT = ByteString.copyFrom(new byte[256]);

    private SaverBenchmark() {}

    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        int users = args.length > 1 ? Integer.parseInt(args[1]) : 5_000;
        int inFlight = args.length > 2 ? Integer.parseInt(args[2]) : 2_000;
        int acknowledged = args.length > 3 ? Integer.parseInt(args[3]) : 100;
        try (EmbeddedRedis redis = EmbeddedRedis.temporary();
                EmbeddedMariaDb mariaDb = EmbeddedMariaDb.temporary()) {
            SaverHarness.HandMembership savers = new SaverHarness.HandMembership();
            SaverConfig config = SaverHarness.config(redis.address(), mariaDb.jdbcUrl(), LaneSettings.defaults());
            try (SaverHarness.Instance saver = new SaverHarness.Instance("saver-1", config, savers, Clock.systemUTC());
                    LinkClient client = new LinkClient(
                            "bench", "saver", savers, LinkSettings.defaults(), new SimpleMeterRegistry())) {
                while (!saver.ready()) {
                    Thread.onSpinWait();
                }
                Run run = new Run(client, users, inFlight, acknowledged);
                run.open();
                run.during(Duration.ofSeconds(seconds / 2));
                Cpu before = Cpu.read(redis.pid(), mariaDb.pid());
                long began = System.nanoTime();
                long appended = run.during(Duration.ofSeconds(seconds));
                double took = (System.nanoTime() - began) / 1e9;
                Cpu cost = Cpu.read(redis.pid(), mariaDb.pid()).minus(before);
                System.out.println(String.format(
                        Locale.ROOT,
                        "%d users, %d in flight, %d %% acknowledged: %.0f appends/s; CPU an append: redis %.1f us, mariadbd %.1f us,"
                                + " this process (saver and generator) %.1f us; failed %d",
                        users,
                        inFlight,
                        acknowledged,
                        appended / took,
                        cost.redis.toNanos() / 1e3 / appended,
                        cost.mariaDb.toNanos() / 1e3 / appended,
                        cost.self.toNanos() / 1e3 / appended,
                        run.failed.get()));
            }
        }
    }

    private record Cpu(Duration redis, Duration mariaDb, Duration self) {
        static Cpu read(long redis, long mariaDb) {
            return new Cpu(of(redis), of(mariaDb), of(ProcessHandle.current().pid()));
        }

        Cpu minus(Cpu other) {
            return new Cpu(redis.minus(other.redis), mariaDb.minus(other.mariaDb), self.minus(other.self));
        }

        private static Duration of(long pid) {
            return ProcessHandle.of(pid)
                    .flatMap(process -> process.info().totalCpuDuration())
                    .orElse(Duration.ZERO);
        }
    }

    private static final class Run {
        private final LinkClient client;
        private final int users;
        private final Semaphore inFlight;
        private final int most;
        private final int acknowledged;
        private final AtomicLong requests = new AtomicLong();
        final AtomicLong failed = new AtomicLong();
        private final AtomicLong appended = new AtomicLong();

        Run(LinkClient client, int users, int most, int acknowledged) {
            this.client = client;
            this.users = users;
            this.most = most;
            this.inFlight = new Semaphore(most);
            this.acknowledged = acknowledged;
        }

        void open() throws InterruptedException {
            for (int i = 0; i < users; i++) {
                inFlight.acquire();
                String user = "user-" + i;
                OpenMailboxRequest request = OpenMailboxRequest.newBuilder()
                        .setApp("bench")
                        .setUser(user)
                        .setMailbox("user")
                        .build();
                count(client.call(route(user), SaverGrpc.getOpenMailboxMethod(), request, "bench", TIMEOUT));
            }
            inFlight.acquire(most);
            inFlight.release(most);
        }

        long during(Duration time) throws InterruptedException {
            long before = appended.get();
            long end = System.nanoTime() + time.toNanos();
            while (System.nanoTime() - end < 0) {
                inFlight.acquire();
                long number = requests.incrementAndGet();
                String user = "user-" + (number * 7919 % users);
                count(client.call(route(user), SaverGrpc.getAppendMethod(), append(user, number), "bench", TIMEOUT)
                        .thenCompose(reply -> delivered(user, number, reply)));
            }
            inFlight.acquire(most);
            inFlight.release(most);
            return appended.get() - before;
        }

        private AppendRequest append(String user, long number) {
            return AppendRequest.newBuilder()
                    .setApp("bench")
                    .setUser(user)
                    .setRequestId("request-" + number)
                    .setBodyHash(ByteString.copyFromUtf8("sixteen bytes of"))
                    .setContent(CONTENT)
                    .setExpiresMs(Instant.now().plusSeconds(3_600).toEpochMilli())
                    .setMaxMessages(100_000)
                    .build();
        }

        private CompletableFuture<?> delivered(String user, long number, AppendReply reply) {
            appended.incrementAndGet();
            SettleRequest settle = SettleRequest.newBuilder()
                    .setApp("bench")
                    .setUser(user)
                    .setSeq(reply.getSeq())
                    .build();
            CompletableFuture<?> settled =
                    client.call(route(user), SaverGrpc.getSettleMethod(), settle, "bench", TIMEOUT);
            if (number % 100 >= acknowledged) {
                return settled;
            }
            AcknowledgeRequest acknowledge = AcknowledgeRequest.newBuilder()
                    .setApp("bench")
                    .setUser(user)
                    .setMailbox("user")
                    .setSeq(reply.getSeq())
                    .build();
            return client.call(route(user), SaverGrpc.getAcknowledgeMethod(), acknowledge, "bench", TIMEOUT);
        }

        private void count(CompletableFuture<?> call) {
            var _ = call.whenComplete((reply, failure) -> {
                if (failure != null) {
                    failed.incrementAndGet();
                }
                inFlight.release();
            });
        }

        private static Route route(String user) {
            return Route.slot(Slot.of("bench", user));
        }
    }
}
