package io.hawser.standalone.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.standalone.cluster.Cluster;
import io.hawser.standalone.cluster.Conversation;
import io.hawser.standalone.cluster.Sender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A saver or a center ends between two of its steps, under load; then it is started again. */
final class CrashPointIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int USERS = 6;
    private static final int LAST_MESSAGES = 5;
    private static final Duration BREATH = Duration.ofMillis(10);
    private static final List<String> MAY_DIE = List.of("saver-1", "saver-2", "center-1");

    @TempDir
    private static Path home;

    private static CrashPoints points;
    private static Cluster cluster;

    @TempDir
    Path positions;

    @BeforeAll
    static void startTheCluster() throws Exception {
        points = new CrashPoints(home);
        cluster = Cluster.start(home, List.of(points.jvmFlag()));
    }

    @AfterAll
    static void stopTheCluster() {
        cluster.close();
    }

    /** Each is sent under a key, which is repeated until there is an answer: so just what was sent is to come, once. */
    @ParameterizedTest
    @EnumSource
    void whatIsSentComesOnceAndInOrderThoughAProcessEndsAt(CrashPoint point) throws Exception {
        List<Conversation> all = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
            all.add(Conversation.with(point.name() + "." + user, cluster.running(), positions));
        }
        AtomicBoolean over = new AtomicBoolean();
        try {
            CompletableFuture<Void> sending = Conversation.inParallel(all, one -> sendUntil(over, one.sender()));
            Conversation.awaitAccepted(all, 3);
            points.arm(point);
            bringAbout(point.need());
            await(point + " is met").atMost(SOON).until(() -> points.wasMet(point));
            int ended = point.need() == CrashPoint.Need.DEAD_SAVER ? 2 : 1;
            await(point + " ends a process").atMost(SOON).until(() -> dead().size() == ended);
            for (String process : dead()) {
                cluster.start(process);
            }
            over.set(true);
            sending.join();
            all.forEach(Conversation::awaitExactly);
            assertThat(all).allSatisfy(one -> assertThat(one.sender().names()).doesNotHaveDuplicates());
        } finally {
            over.set(true);
            all.forEach(Conversation::close);
        }
    }

    private static void sendUntil(AtomicBoolean over, Sender sender) {
        while (!over.get()) {
            sender.sendWithKeys(1);
            LockSupport.parkNanos(BREATH.toNanos());
        }
        sender.sendWithKeys(LAST_MESSAGES);
    }

    private static void bringAbout(CrashPoint.Need need) throws Exception {
        switch (need) {
            case SENDS -> {
                // They are under way.
            }
            case FLUSHED_REDIS -> cluster.redis().flush();
            case DEAD_SAVER -> cluster.kill("saver-2");
        }
    }

    private static List<String> dead() {
        return MAY_DIE.stream().filter(process -> !cluster.isAlive(process)).toList();
    }
}
