package io.hawser.saver.endpoint;

import io.hawser.rpc.v1.FollowBroadcastsRequest;
import io.hawser.rpc.v1.FollowedApp;
import io.hawser.rpc.v1.OpenEndpointRequest;
import io.hawser.saver.broadcast.StoreHarness;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/**
 * The stores of endpoints and broadcasts alone, on a real MariaDB: endpoints opened (with a group to join the first time,
 * and again), broadcasts appended to many apps and to one, logs followed, as fast as they are answered.
 *
 * <p>Run it with the module's test class path; arguments: seconds for each, calls in flight.
 */
public final class StoresBenchmark {
    private static final int APPS = 100;
    private final int seconds;
    private final int inFlight;

    private StoresBenchmark(int seconds, int inFlight) {
        this.seconds = seconds;
        this.inFlight = inFlight;
    }

    public static void main(String[] args) {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        int inFlight = args.length > 1 ? Integer.parseInt(args[1]) : 1_000;
        new StoresBenchmark(seconds, inFlight).run();
    }

    private void run() {
        try (StoreHarness stores = new StoreHarness(100_000_000);
                EndpointStore endpoints = new EndpointStore(
                        EndpointSettings.defaults(), stores.dataSource(), stores.clock, new SimpleMeterRegistry())) {
            measure("open an endpoint, joining a group", n -> endpoints.open(opening(n, true)));
            measure("open an endpoint again", n -> endpoints.open(opening(n % 10_000, false)));
            measure("append to " + APPS + " apps", n -> append(stores, "app-" + n % APPS, "r" + n));
            measure("append to one app", n -> append(stores, StoreHarness.APP, "one" + n));
            measure("follow " + APPS + " apps, nothing new", n -> stores.store().follow(following()));
        }
    }

    private static OpenEndpointRequest opening(long user, boolean joins) {
        OpenEndpointRequest.Builder request = OpenEndpointRequest.newBuilder()
                .setApp(StoreHarness.APP)
                .setUser("user-" + user)
                .setDevice("phone");
        return joins ? request.addJoin("news").build() : request.build();
    }

    private static CompletableFuture<?> append(StoreHarness stores, String app, String requestId) {
        return stores.store().append(stores.entry(requestId).setApp(app).build());
    }

    private static FollowBroadcastsRequest following() {
        FollowBroadcastsRequest.Builder request = FollowBroadcastsRequest.newBuilder();
        for (int app = 0; app < APPS; app++) {
            request.addApps(FollowedApp.newBuilder().setApp("quiet-" + app));
        }
        return request.build();
    }

    /** Half of the time to warm up. */
    private void measure(String what, LongFunction<CompletableFuture<?>> call) {
        AtomicLong number = new AtomicLong();
        run(Duration.ofSeconds(seconds / 2), number, call);
        long began = System.nanoTime();
        long answered = run(Duration.ofSeconds(seconds), number, call);
        double took = (System.nanoTime() - began) / 1e9;
        System.out.printf("%s: %,.0f/s%n", what, answered / took);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what became of it is counted
    private long run(Duration during, AtomicLong number, LongFunction<CompletableFuture<?>> call) {
        Semaphore free = new Semaphore(inFlight);
        AtomicLong answered = new AtomicLong();
        long end = System.nanoTime() + during.toNanos();
        while (System.nanoTime() < end) {
            free.acquireUninterruptibly();
            call.apply(number.getAndIncrement()).whenComplete((reply, failure) -> {
                free.release();
                if (failure == null) {
                    answered.incrementAndGet();
                } else {
                    System.out.println(failure.getMessage());
                }
            });
        }
        free.acquireUninterruptibly(inFlight);
        return answered.get();
    }
}
