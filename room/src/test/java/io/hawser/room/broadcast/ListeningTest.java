package io.hawser.room.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.room.connection.Identity;
import io.hawser.rpc.v1.Membership;
import io.hawser.rpc.v1.PaceReport;
import io.hawser.rpc.v1.StoredCursor;
import io.hawser.rpc.v1.TaskState;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.v1.BroadcastCursor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a listener is given in the cases that chance seldom brings about. */
final class ListeningTest {
    private final Stage stage = new Stage();

    private long append(String... groups) {
        return stage.log.append("x", groups);
    }

    private long appendPaced(TaskState state) {
        return stage.log.append(TrueLog.entry("x").setPaced(true).setState(state));
    }

    @Test
    void whatExpiresWhileItWaitsIsNobodysAnyMore() {
        ModelClient alice = stage.bound("alice");
        long slow = stage.log.append(TrueLog.entry("x")
                .setPaced(true)
                .setState(TaskState.TASK_RUNNING)
                .setExpiresMs(stage.host.wallMs() + 1_000));
        stage.settle();
        assertThat(stage.room.report("demo", slow).getRemaining()).isEqualTo(1);
        stage.pass(1_100);
        stage.grant(slow, 0, 1_000);
        stage.settle();
        PaceReport report = stage.room.report("demo", slow);
        assertThat(report.getFinished()).isTrue();
        assertThat(alice.heard).isEmpty();
    }

    @Test
    void whatIsCancelledWhileItWaitsIsNobodysAnyMore() {
        ModelClient alice = stage.bound("alice");
        long slow = appendPaced(TaskState.TASK_QUEUED);
        stage.settle();
        stage.log.change(slow, TaskState.TASK_CANCELLED);
        stage.settle();
        assertThat(stage.room.report("demo", slow).getFinished()).isTrue();
        long next = append();
        stage.settle();
        assertThat(alice.heard).containsExactly(next);
    }

    @Test
    void paceIsKeptAndEndsWithItsGrant() {
        List<ModelClient> crowd = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            crowd.add(stage.bound("user" + i));
        }
        long slow = appendPaced(TaskState.TASK_RUNNING);
        stage.settle();
        stage.grant(slow, 8, 1_000);
        for (int i = 0; i < 30; i++) {
            stage.pass(100);
            stage.settle();
        }
        long had = crowd.stream().filter(client -> !client.heard.isEmpty()).count();
        assertThat(had).isBetween(7L, 10L);
        assertThat(stage.room.report("demo", slow).getRemaining()).isEqualTo(40 - had);
        assertThat(stage.room.report("demo", slow).getTargeted()).isEqualTo(40);
    }

    @Test
    void whoComesDuringAPacedTaskWaitsWithTheOthers() {
        stage.bound("alice");
        long low = stage.log.watermark();
        long slow = appendPaced(TaskState.TASK_RUNNING);
        stage.settle();
        ModelClient bob = stage.client("bob");
        bob.remember(BroadcastCursor.newBuilder().setLow(low).build());
        bob.connect(stage.room);
        stage.settle();
        assertThat(bob.heard).isEmpty();
        assertThat(stage.room.report("demo", slow).getRemaining()).isEqualTo(2);
        stage.grant(slow, 0, 1_000);
        stage.pass(100);
        stage.settle();
        assertThat(bob.heard).containsExactly(slow);
        assertThat(stage.room.report("demo", slow).getFinished()).isTrue();
    }

    @Test
    void moreEntriesThanHavePlacesWaitInTheLog() {
        ModelClient alice = stage.bound("alice");
        List<Long> slow = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            slow.add(appendPaced(TaskState.TASK_QUEUED));
        }
        long last = append();
        stage.settle();
        stage.pass(100);
        assertThat(alice.heard).isEmpty();
        slow.subList(0, 10).forEach(bseq -> stage.log.change(bseq, TaskState.TASK_CANCELLED));
        for (int i = 0; i < 5; i++) {
            stage.pass(100);
            stage.settle();
        }
        assertThat(alice.heard).containsExactly(last);
    }

    @Test
    void aLogThatIsPutBackIsFollowedFromWhereItEndsNow() {
        ModelClient alice = stage.bound("alice");
        append();
        append();
        stage.settle();
        stage.log.restore(0);
        stage.settle();
        assertThat(alice.cursor().getLow()).isZero();
        assertThat(stage.count("logs.reset")).isEqualTo(1);
    }

    @Test
    void aCursorOfALogThatIsNoMoreIsSetToThePresent() {
        append();
        ModelClient alice = stage.client("alice");
        alice.remember(BroadcastCursor.newBuilder().setLow(99).addSeen(100).build());
        alice.connect(stage.room);
        stage.settle();
        assertThat(alice.cursor())
                .isEqualTo(BroadcastCursor.newBuilder().setLow(1).build());
        assertThat(stage.count("cursors.reset")).isEqualTo(1);
        long next = append();
        stage.settle();
        assertThat(alice.heard).containsExactly(next);
    }

    @Test
    void whatWasTrimmedIsSaidToBeLost() {
        for (int i = 0; i < 10; i++) {
            append();
        }
        stage.log.trim(6);
        ModelClient alice = stage.client("alice");
        alice.remember(
                BroadcastCursor.newBuilder().setLow(2).addSeen(4).addSeen(8).build());
        alice.connect(stage.room);
        stage.settle();
        assertThat(alice.lostTo).isEqualTo(6);
        assertThat(alice.heard).containsExactly(7L, 9L, 10L);
    }

    @Test
    void whoLeavesAGroupGetsNothingOfItAnyMoreNotEvenWhatWaits() {
        ModelClient alice = stage.client("alice");
        alice.join("a");
        alice.connect(stage.room);
        stage.settle();
        long slow = stage.log.append(TrueLog.entry("x", "a").setPaced(true).setState(TaskState.TASK_RUNNING));
        stage.settle();
        alice.leave("a");
        stage.settle();
        assertThat(stage.room.report("demo", slow).getRemaining()).isZero();
        stage.grant(slow, 0, 1_000);
        append("a");
        stage.settle();
        assertThat(alice.heard).isEmpty();
    }

    @Test
    void aJoinThatTheStoreRefusesIsToldAndChangesNothing() {
        ModelClient alice = stage.bound("alice");
        alice.join("full");
        stage.settle();
        assertThat(alice.lastGroups).isNotNull();
        assertThat(alice.lastGroups.getCode()).isEqualTo(ErrorCode.FAILED_PRECONDITION.number());
        assertThat(alice.lastGroups.getGroupsList()).isEmpty();
    }

    @Test
    void groupsThatABindingMayNotJoinAreToldAndItIsBoundWithoutThem() {
        ModelClient alice = stage.client("alice");
        alice.join("full");
        alice.connect(stage.room);
        stage.settle();
        stage.pass(200);
        stage.settle();
        assertThat(alice.lastGroups).isNotNull();
        assertThat(alice.lastGroups.getRequest()).isZero();
        assertThat(alice.lastGroups.getCode()).isEqualTo(ErrorCode.FAILED_PRECONDITION.number());
        long bseq = append();
        stage.settle();
        assertThat(alice.heard).containsExactly(bseq);
    }

    @Test
    void aStoreWhoseQueueIsFullIsAskedAgainAndTheGroupsAreJoined() {
        stage.stores.refusals = 3;
        ModelClient alice = stage.client("alice");
        alice.join("news");
        alice.connect(stage.room);
        for (int i = 0; i < 4; i++) {
            stage.settle();
            stage.pass(200);
        }
        stage.settle();
        assertThat(alice.lastGroups).isNotNull();
        assertThat(alice.lastGroups.getCode()).isZero();
        assertThat(alice.lastGroups.getGroupsList()).containsExactly("news");
        long bseq = append("news");
        stage.settle();
        assertThat(alice.heard).containsExactly(bseq);
    }

    @Test
    void groupsThatChangeBetweenABindingsAnswerAndTheFirstNewsAreAskedForAgain() {
        ModelClient alice = stage.client("alice");
        alice.connect(stage.room);
        stage.settleUnfollowed();
        stage.log.add("alice", "vip");
        stage.settle();
        long bseq = append("vip");
        stage.settle();
        assertThat(alice.heard).containsExactly(bseq);
        assertThat(stage.count("reloads")).isEqualTo(1);
    }

    @Test
    void groupsThatChangeWhileABindingsAnswerIsOnItsWayAreAskedForAgain() {
        ModelClient alice = stage.client("alice");
        alice.connect(stage.room);
        // The store has answered; its answer is on its way.
        assertThat(stage.stores.arrive()).isTrue();
        stage.log.add("alice", "vip");
        stage.poll();
        stage.settle();
        long bseq = append("vip");
        stage.settle();
        assertThat(alice.heard).containsExactly(bseq);
    }

    @Test
    void whoseGroupsAreKnownWithAllChangesIsAskedForOnce() {
        stage.log.add("alice", "vip");
        stage.bound("alice");
        assertThat(stage.count("reloads")).isZero();
    }

    @Test
    void moreThanACursorCanNameThatWasPassedOverIsToldToBeMissingSomeAtATime() {
        ModelClient alice = stage.bound("alice");
        List<Long> owed = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            owed.add(append("late"));
        }
        long last = append();
        stage.settle();
        syncAndPass(alice);
        assertThat(alice.cursor().getLow()).isEqualTo(last);
        ((Member) alice.listenerHere())
                .belongTo(List.of(Membership.newBuilder().setGroup("late").build()), 0, false);
        for (int i = 0; i < 5; i++) {
            stage.settle();
            syncAndPass(alice);
        }
        assertThat(alice.heard).hasSize(151).containsAll(owed);
        assertThat(alice.cursor())
                .isEqualTo(BroadcastCursor.newBuilder().setLow(last).build());
        long next = append("late");
        stage.settle();
        assertThat(alice.heard).hasSize(152).endsWith(next);
    }

    private void syncAndPass(ModelClient client) {
        client.sync();
        stage.settle();
        stage.pass(1_100);
        stage.settle();
    }

    @Test
    void whatWasSeenAndIsGoneIsNotKeptInMind() {
        long gone = stage.log.append(TrueLog.entry("x").setExpiresMs(stage.host.wallMs() - 1));
        long elsewhere = append("left");
        long had = append();
        ModelClient alice = stage.client("alice");
        alice.remember(BroadcastCursor.newBuilder()
                .addSeen(gone)
                .addSeen(elsewhere)
                .addSeen(had)
                .build());
        alice.connect(stage.room);
        stage.settle();
        for (int i = 0; i < 10; i++) {
            stage.pass(10_000);
            stage.settle();
        }
        assertThat(alice.heard).isEmpty();
        assertThat(((Member) alice.listenerHere()).reading).isNull();
        assertThat(alice.cursor())
                .isEqualTo(BroadcastCursor.newBuilder().setLow(had).build());
    }

    @Test
    void aMemberOfTwoGroupsGetsWhatIsForBothOnce() {
        ModelClient alice = stage.client("alice");
        alice.join("a");
        alice.join("b");
        alice.connect(stage.room);
        stage.settle();
        long bseq = append("a", "b");
        stage.settle();
        assertThat(alice.heard).containsExactly(bseq);
        assertThat(stage.count("written")).isEqualTo(1);
    }

    @Test
    void aWindowThatIsFullHoldsTheRestBackUntilItIsAcknowledged() {
        ModelClient alice = stage.bound("alice");
        for (int i = 0; i < 100; i++) {
            append();
        }
        stage.settle();
        assertThat(alice.heard).hasSize(64);
        alice.sync();
        stage.settle();
        stage.pass(600);
        stage.settle();
        assertThat(alice.heard).hasSize(100);
    }

    @Test
    void whoNeverAcknowledgesIsNotGivenTheLogForEver() {
        ModelClient alice = stage.bound("alice");
        append();
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
        long slow = appendPaced(TaskState.TASK_RUNNING);
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
            append();
        }
        stage.settle();
        syncAndPass(alice);
        for (int i = 0; i < 60; i++) {
            append();
        }
        stage.settle();
        syncAndPass(alice);
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
            all.add(append());
        }
        stage.settle();
        syncAndPass(alice);
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
            append();
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
            syncAndPass(alice);
        }
        assertThat(alice.heard).hasSize(98).doesNotContain(90L, 95L);
    }

    @Test
    void whatIsCountedInANewLifeOfTheRoomIsTold() {
        ModelClient alice = stage.bound("alice");
        long bseq = append();
        stage.settle();
        stage.progress.restart();
        alice.sync();
        stage.settle();
        stage.progress.report(new Identity("room-1", () -> 2), stage.stores).join();
        assertThat(stage.log.progress(bseq).getSent()).isZero();
        assertThat(stage.log.progress(bseq).getAcknowledged()).isEqualTo(1);
    }

    private StoredCursor copy(String user) {
        return stage.log.cursors.getOrDefault(user + "/d1", StoredCursor.getDefaultInstance());
    }

    @Test
    void whoForgotItsCursorGoesOnFromTheServersCopy() {
        ModelClient alice = stage.bound("alice");
        long first = append();
        stage.settle();
        alice.sync();
        stage.settle();
        alice.disconnect();
        stage.pass(0);
        long second = append();
        alice.forget();
        alice.connect(stage.room);
        stage.settle();
        assertThat(alice.heard).containsExactly(first, second);
    }

    @Test
    void aMemberForWhomAllIsSettledKeepsNothing() {
        ModelClient alice = stage.bound("alice");
        append();
        append("elsewhere");
        stage.settle();
        alice.sync();
        for (int i = 0; i < 10; i++) {
            stage.pass(1_000);
            stage.settle();
        }
        assertThat(((Member) alice.listenerHere()).reading).isNull();
        assertThat(alice.cursor())
                .isEqualTo(BroadcastCursor.newBuilder().setLow(2).build());
    }
}
