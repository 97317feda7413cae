package io.hawser.saver;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * What Redis keeps of users who got one message and acknowledged it: while their logs are there, and when they have left.
 * {@code main [users]}.
 */
final class EmptyLogsBenchmark {
    private static final int IN_FLIGHT = 256;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final String MAILBOX = "user";

    private EmptyLogsBenchmark() {}

    public static void main(String[] arguments) throws InterruptedException {
        int users = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        // Long enough for all of them to be there at once.
        Duration lifetime = Duration.ofMinutes(2);
        try (LogCluster cluster = LogCluster.servingWhereEmptyLogsLeaveAfter(lifetime)) {
            long before = usedMemory(cluster);
            long others = logs(cluster);
            readOneEach(cluster, users);
            cluster.awaitFolded();
            tell("there", users, usedMemory(cluster) - before, logs(cluster));
            await().atMost(LONG).pollInterval(Duration.ofSeconds(1)).until(() -> logs(cluster) <= others);
            tell("left", users, usedMemory(cluster) - before, logs(cluster));
        }
    }

    private static void readOneEach(LogCluster cluster, int users) throws InterruptedException {
        Semaphore free = new Semaphore(IN_FLIGHT);
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < users; i++) {
            LogCalls log = new LogCalls(cluster, "user-" + i);
            free.acquire();
            all.add(readOne(log).whenComplete((done, failure) -> free.release()));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    }

    private static CompletableFuture<?> readOne(LogCalls log) {
        return log.startOpen(MAILBOX, 0)
                .thenCompose(opened -> log.startAppend(log.message("a message of some length, as they are")))
                .thenCompose(reply -> log.startAcknowledge(MAILBOX, reply.getSeq()));
    }

    private static void tell(String what, int users, long bytes, long logs) {
        System.out.printf("%s: %,d logs, %,d bytes, %.1f a user%n", what, logs, bytes, (double) bytes / users);
    }

    private static long usedMemory(LogCluster cluster) {
        return cluster.redis(commands -> commands.info("memory"))
                .lines()
                .filter(line -> line.startsWith("used_memory:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring("used_memory:".length()).trim()))
                .findFirst()
                .orElseThrow();
    }

    /** Keys besides the slots' markers: of a log in which nothing waits there is one. */
    private static long logs(LogCluster cluster) {
        return cluster.redis(
                commands -> commands.dbsize() - commands.keys("{*}g").size());
    }
}
