package io.hawser.room.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.StoredCursor;
import io.hawser.rpc.v1.TaskState;
import io.hawser.wire.v1.BroadcastCursor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept of clients' cursors: for those who forget theirs, and against those who never acknowledge. */
final class CursorCopyTest {
    private final Stage stage = new Stage();

    @Test
    void whoForgotItsCursorGoesOnFromTheServersCopy() {
        ModelClient alice = stage.bound("alice");
        long first = stage.append();
        stage.settle();
        alice.sync();
        stage.settle();
        alice.disconnect();
        stage.pass(0);
        long second = stage.append();
        alice.forget();
        alice.connect(stage.room);
        stage.settle();
        assertThat(alice.heard).containsExactly(first, second);
    }

    @Test
    void whoNeverAcknowledgesIsNotGivenTheLogForEver() {
        ModelClient alice = stage.bound("alice");
        stage.append();
        stage.settle();
        for (int connection = 1; connection <= 3; connection++) {
            stage.pass(31_000);
            alice.disconnect();
            stage.pass(0);
            assertThat(copy("alice").getFruitless()).isEqualTo(connection);
            alice.forget();
            alice.heard.clear();
            alice.connect(stage.room);
            stage.settle();
        }
        assertThat(alice.heard).isEmpty();
        stage.pass(61_000);
        stage.settle();
        assertThat(alice.heard).hasSize(1);
        alice.sync();
        stage.settle();
        alice.disconnect();
        stage.pass(0);
        assertThat(copy("alice").getFruitless()).isZero();
    }

    /** The copy says that the broadcast is missing below its low; what is said of it later must not be taken for late. */
    @Test
    void whoNeverAcknowledgesWhatItWaitedForIsCountedToo() {
        ModelClient alice = stage.client("alice");
        alice.connect(stage.room);
        stage.settle();
        long slow = stage.appendPaced(TaskState.TASK_RUNNING);
        stage.settle();
        stage.pass(3_100);
        assertThat(copy("alice").getMissingList()).containsExactly(slow);
        stage.grant(slow, 0, 1_000);
        stage.pass(100);
        stage.settle();
        assertThat(alice.heard).containsExactly(slow);
        stage.pass(31_000);
        alice.disconnect();
        stage.pass(0);
        assertThat(copy("alice").getFruitless()).isEqualTo(1);
        assertThat(copy("alice").getMissingList()).containsExactly(slow);
    }

    /** A device that was restored from a backup comes with a cursor that is older than the copy. */
    @Test
    void whoComesWithAnOldCursorAndNeverAcknowledgesIsCountedToo() {
        BroadcastCursor old = BroadcastCursor.getDefaultInstance();
        ModelClient alice = stage.bound("alice");
        for (int i = 0; i < 60; i++) {
            stage.append();
        }
        stage.settle();
        stage.syncAndPass(alice);
        for (int i = 0; i < 60; i++) {
            stage.append();
        }
        stage.settle();
        stage.syncAndPass(alice);
        stage.pass(3_100);
        alice.disconnect();
        stage.pass(0);
        StoredCursor before = copy("alice");
        assertThat(before.getLow()).isEqualTo(120);
        for (int connection = 1; connection <= 3; connection++) {
            alice.remember(old);
            alice.heard.clear();
            alice.connect(stage.room);
            stage.settle();
            assertThat(alice.heard).hasSize(64);
            stage.pass(31_000);
            alice.disconnect();
            stage.pass(0);
            StoredCursor after = copy("alice");
            assertThat(after.getFruitless()).isEqualTo(connection);
            assertThat(after.toBuilder().clearFruitless().clearFruitlessMs().build())
                    .isEqualTo(before);
        }
        alice.remember(old);
        alice.heard.clear();
        alice.connect(stage.room);
        stage.settle();
        assertThat(alice.heard).isEmpty();
    }

    @Test
    void theCopyOfWhoComesWithAnOldCursorFollowsItOnceAllOfItWasExamined() {
        ModelClient alice = stage.bound("alice");
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(stage.append());
        }
        stage.settle();
        stage.syncAndPass(alice);
        stage.pass(3_100);
        assertThat(copy("alice").getLow()).isEqualTo(10);
        alice.disconnect();
        alice.remember(BroadcastCursor.getDefaultInstance());
        alice.connect(stage.room);
        stage.settle();
        stage.pass(31_000);
        alice.disconnect();
        stage.pass(0);
        assertThat(copy("alice").getLow()).isEqualTo(10);
        assertThat(copy("alice").getMissingList()).isEqualTo(all);
        assertThat(copy("alice").getFruitless()).isEqualTo(1);
    }

    @Test
    void theCopyNamesWhatWasSeenElsewhereAndIsNotExaminedYet() {
        for (int i = 0; i < 100; i++) {
            stage.append();
        }
        ModelClient alice = stage.client("alice");
        alice.remember(BroadcastCursor.newBuilder().addSeen(90).addSeen(95).build());
        alice.connect(stage.room);
        stage.settle();
        stage.pass(3_100);
        alice.disconnect();
        stage.pass(0);
        assertThat(copy("alice").getSeenList()).containsExactly(90L, 95L);
        alice.forget();
        alice.heard.clear();
        alice.connect(stage.room);
        for (int i = 0; i < 3; i++) {
            stage.settle();
            stage.syncAndPass(alice);
        }
        assertThat(alice.heard).hasSize(98).doesNotContain(90L, 95L);
    }

    private StoredCursor copy(String user) {
        return stage.log.cursors.getOrDefault(user + "/d1", StoredCursor.getDefaultInstance());
    }
}
