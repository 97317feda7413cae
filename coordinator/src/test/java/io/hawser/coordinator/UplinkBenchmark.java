package io.hawser.coordinator;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * How many uplinks a second one coordinator and one saver store, and then forward to a local HTTP server; all on this
 * machine, the server and the clients too.
 *
 * <p>Run it with the module's test class path; arguments: endpoints, uplinks of each.
 */
public final class UplinkBenchmark {
    private UplinkBenchmark() {}

    public static void main(String[] args) throws Exception {
        int endpoints = args.length > 0 ? Integer.parseInt(args[0]) : 500;
        int uplinks = args.length > 1 ? Integer.parseInt(args[1]) : 40;
        try (UpCluster cluster = new UpCluster();
                BackEnd backEnd = new BackEnd()) {
            cluster.startCoordinator("coordinator-1", Map.of());
            cluster.putApp(
                    "bench",
                    UpCluster.callback("all", backEnd).setDisabled(true).build());
            cluster.carryUntilTaken(UpCluster.uplink("bench", "warm-up", 1).build());
            long began = System.nanoTime();
            store(cluster, endpoints, uplinks);
            print("stored", endpoints * uplinks, began);
            CountDownLatch taken = new CountDownLatch(endpoints * uplinks + 1);
            backEnd.behave(call -> {
                taken.countDown();
                return new BackEnd.Answer(204, "");
            });
            cluster.putApp("bench", UpCluster.callback("all", backEnd).build());
            await().atMost(Duration.ofMinutes(1)).until(() -> taken.getCount() <= (long) endpoints * uplinks);
            long forwarding = System.nanoTime();
            taken.await();
            print("forwarded", endpoints * uplinks, forwarding);
        }
    }

    private static void store(UpCluster cluster, int endpoints, int uplinks) throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<?> client : IntStream.range(0, endpoints)
                    .<Future<?>>mapToObj(i -> clients.submit(() -> {
                        for (int number = 1; number <= uplinks; number++) {
                            cluster.carryUntilTaken(UpCluster.uplink("bench", "user-" + i, number)
                                    .build());
                        }
                    }))
                    .toList()) {
                client.get();
            }
        }
    }

    private static void print(String what, int count, long beganNanos) {
        double seconds = (System.nanoTime() - beganNanos) / 1e9;
        System.out.println(
                String.format(Locale.ROOT, "%s: %d in %.1f s, %.0f/s", what, count, seconds, count / seconds));
    }
}
