package io.hawser.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.standalone.cluster.Cluster;
import io.hawser.standalone.cluster.Conversation;
import io.hawser.standalone.cluster.SaverLives;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A saver that stands still for longer than its session, and goes on. One of two: where more than a third of them vanish,
 * the others ask these first whether they live.
 */
final class FencingIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    /** {@code -Dhawser.stopped.seconds=30} for longer; a session is 2 s. */
    private static final Duration STOPPED = Duration.ofSeconds(Integer.getInteger("hawser.stopped.seconds", 8));

    private static final int USERS = 6;

    @TempDir
    private static Path home;

    private static Cluster cluster;

    @TempDir
    Path positions;

    @BeforeAll
    static void startTheCluster() throws Exception {
        cluster = Cluster.start(home);
    }

    @AfterAll
    static void stopTheCluster() {
        cluster.close();
    }

    /** When it goes on it has what it was asked before it stood still in hand, and more in its sockets. */
    @Test
    void aSaverThatStandsStillPastItsSessionCommitsNothingInItsOldLife() throws Exception {
        SaverLives lives = new SaverLives(cluster.running().mysql());
        List<Conversation> all = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
            all.add(Conversation.with("user." + user, cluster.running(), positions));
        }
        AtomicBoolean over = new AtomicBoolean();
        try {
            CompletableFuture<Void> sending = Conversation.inParallel(all, one -> sendUntil(over, one));
            Conversation.awaitAccepted(all, 10);
            long oldLife = lives.newest("saver-1");
            standStill("saver-1", () -> await().atMost(SOON).until(() -> lives.isClosed(oldLife)));
            await().atMost(SOON).until(() -> lives.newest("saver-1") > oldLife);
            over.set(true);
            sending.join();
            all.forEach(one -> one.sender().sendWithKeys(5));
            all.forEach(Conversation::awaitExactly);
            assertThat(all).allSatisfy(one -> assertThat(one.sender().names()).doesNotHaveDuplicates());
            assertThat(lives.commits(oldLife)).isZero();
        } finally {
            over.set(true);
            all.forEach(Conversation::close);
        }
    }

    /** For so long as it is said, and until it has been noticed. */
    private static void standStill(String process, Runnable noticed) throws Exception {
        cluster.pause(process);
        try {
            long overNs = System.nanoTime() + STOPPED.toNanos();
            noticed.run();
            await().atMost(STOPPED.plus(SOON)).until(() -> System.nanoTime() - overNs > 0);
        } finally {
            cluster.resume(process);
        }
    }

    private static void sendUntil(AtomicBoolean over, Conversation one) {
        while (!over.get()) {
            one.sender().sendWithKeys(5);
        }
    }
}
