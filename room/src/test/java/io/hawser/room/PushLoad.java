package io.hawser.room;

import io.hawser.rpc.v1.PushRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Measures pushes from a link to sockets, each acknowledged by its client. Run as {@code main} with "room COUNT SECONDS",
 * which prints its address, waits for so many bindings, and pushes to them by lot; and elsewhere with "clients ADDRESS
 * COUNT".
 */
final class PushLoad {
    private static final int IN_FLIGHT = 4_096;

    private PushLoad() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("room")) {
            room(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        } else {
            clients(args[1], Integer.parseInt(args[2]));
        }
    }

    private static void room(int users, int seconds) throws InterruptedException, IOException {
        try (TestPlatform platform = new TestPlatform()) {
            System.out.println(platform.addresses().getFirst());
            while (platform.totals().getBindings() < users) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            List<PushRequest> templates = new ArrayList<>();
            for (int i = 0; i < users; i++) {
                templates.add(platform.pushTo("user-" + i)
                        .setContent(StubSaver.content("x".repeat(220)))
                        .build());
            }
            for (int round = 0; round < 2; round++) {
                System.out.println(push(platform, templates, seconds));
            }
        }
    }

    private static String push(TestPlatform platform, List<PushRequest> templates, int seconds)
            throws InterruptedException {
        SplittableRandom random = new SplittableRandom(1);
        Semaphore room = new Semaphore(IN_FLIGHT);
        LongAdder failed = new LongAdder();
        long pushed = 0;
        double writtenBefore = platform.context.count("hawser.room.pushes", "outcome", "written");
        long startNanos = System.nanoTime();
        while (System.nanoTime() - startNanos < TimeUnit.SECONDS.toNanos(seconds)) {
            room.acquire();
            int user = random.nextInt(templates.size());
            long seq = platform.saver.advance("user-" + user);
            PushRequest push =
                    templates.get(user).toBuilder().setPrev(seq - 1).setSeq(seq).build();
            var _ = platform.pushAsync(push).whenComplete((reply, failure) -> {
                room.release();
                if (failure != null) {
                    failed.increment();
                }
            });
            pushed++;
        }
        double tookSeconds = (System.nanoTime() - startNanos) / 1e9;
        double written = platform.context.count("hawser.room.pushes", "outcome", "written") - writtenBefore;
        return "%.0f pushes/s, %.0f%% written at once, %d failed"
                .formatted(pushed / tookSeconds, 100 * written / pushed, failed.sum());
    }

    private static void clients(String address, int count) throws InterruptedException {
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            TestClient client = TestClient.connect(address).bound("user-" + i, 0);
            readers.add(Thread.startVirtualThread(() -> {
                while (true) {
                    client.acknowledge(client.message().getSeq());
                }
            }));
        }
        for (Thread reader : readers) {
            reader.join();
        }
    }
}
