package io.hawser.center;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import io.hawser.center.platform.Platform;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the center costs: sends over HTTP and JSON, appended by a saver, looked up in a register and pushed to a room, all
 * three of which do nothing. Load, center and fakes share one process.
 *
 * <pre>mvn -q -pl center test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.hawser.center.SendBenchmark</pre>
 */
final class SendBenchmark {
    private static final int USERS = 10_000;
    private static final int SINGLES = 10_000;
    private static final int SINGLES_PER_SECOND = 1_000;
    private static final int BATCHES = 300;
    private static final int BATCHES_AT_ONCE = 4;

    private final Platform platform;
    private final WebClient client;
    private final LongAdder refused = new LongAdder();

    private SendBenchmark(Platform platform) {
        this.platform = platform;
        this.client = WebClient.of(platform.api.url);
    }

    public static void main(String[] args) {
        try (Platform platform = Platform.start()) {
            IntStream.range(0, USERS).forEach(i -> platform.online("user-" + i));
            SendBenchmark benchmark = new SendBenchmark(platform);
            for (int round = 1; round <= 3; round++) {
                benchmark.batches(round);
                benchmark.singles(round);
            }
        }
        System.exit(0);
    }

    /** Open loop: a send is due each millisecond, and its time counts from when it was due. */
    private void singles(int round) {
        long[] micros = new long[SINGLES];
        CompletableFuture<?>[] sends = new CompletableFuture<?>[SINGLES];
        long startNanos = System.nanoTime();
        for (int i = 0; i < SINGLES; i++) {
            long dueNanos = startNanos + i * (TimeUnit.SECONDS.toNanos(1) / SINGLES_PER_SECOND);
            while (System.nanoTime() < dueNanos) {
                LockSupport.parkNanos(dueNanos - System.nanoTime());
            }
            int at = i;
            String body = "{\"target\": {\"user\": \"" + user() + "\"}, \"text\": \"" + "x".repeat(256) + "\"}";
            sends[i] = post("/v1/apps/demo/messages:send", body)
                    .thenAccept(answer -> micros[at] = (System.nanoTime() - dueNanos) / 1_000);
        }
        CompletableFuture.allOf(sends).join();
        Arrays.sort(micros);
        System.out.printf(
                "round %d: single sends at %d/s: p50 %d us, p99 %d us, p99.9 %d us; %d refused%n",
                round,
                SINGLES_PER_SECOND,
                micros[SINGLES / 2],
                micros[SINGLES * 99 / 100],
                micros[SINGLES * 999 / 1000],
                refused.sumThenReset());
    }

    private void batches(int round) {
        Semaphore atOnce = new Semaphore(BATCHES_AT_ONCE);
        long startNanos = System.nanoTime();
        for (int i = 0; i < BATCHES; i++) {
            atOnce.acquireUninterruptibly();
            String users =
                    IntStream.range(0, 1_000).mapToObj(j -> '"' + user() + '"').collect(Collectors.joining(","));
            String body = "{\"users\": [" + users + "], \"text\": \"" + "x".repeat(256) + "\"}";
            var _ = post("/v1/apps/demo/messages:batchSend", body).whenComplete((answer, failure) -> atOnce.release());
        }
        atOnce.acquireUninterruptibly(BATCHES_AT_ONCE);
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        System.out.printf(
                "round %d: batches of 1,000: %.0f messages/s accepted; %d refused%n",
                round, BATCHES * 1_000 / seconds, refused.sumThenReset());
        platform.saver.appends.clear();
        platform.room.pushes.clear();
    }

    private CompletableFuture<AggregatedHttpResponse> post(String path, String body) {
        RequestHeaders headers = RequestHeaders.builder(HttpMethod.POST, path)
                .contentType(MediaType.JSON)
                .set("authorization", "Bearer " + platform.api.key)
                .build();
        return client.execute(headers, body).aggregate().whenComplete((answer, failure) -> {
            if (failure != null || answer.status().code() != 200) {
                refused.increment();
            }
        });
    }

    private static String user() {
        return "user-" + ThreadLocalRandom.current().nextInt(USERS);
    }
}
