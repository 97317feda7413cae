package io.hawser.room.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.Membership;
import io.hawser.rpc.v1.TaskState;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.v1.BroadcastCursor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a listener is given while its groups change. */
final class GroupChangesTest {
    private final Stage stage = new Stage();

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
        stage.append("a");
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
        long bseq = stage.append();
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
        long bseq = stage.append("news");
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
        long bseq = stage.append("vip");
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
        long bseq = stage.append("vip");
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
            owed.add(stage.append("late"));
        }
        long last = stage.append();
        stage.settle();
        stage.syncAndPass(alice);
        assertThat(alice.cursor().getLow()).isEqualTo(last);
        ((Member) alice.listenerHere())
                .belongTo(List.of(Membership.newBuilder().setGroup("late").build()), 0, false);
        for (int i = 0; i < 5; i++) {
            stage.settle();
            stage.syncAndPass(alice);
        }
        assertThat(alice.heard).hasSize(151).containsAll(owed);
        assertThat(alice.cursor())
                .isEqualTo(BroadcastCursor.newBuilder().setLow(last).build());
        long next = stage.append("late");
        stage.settle();
        assertThat(alice.heard).hasSize(152).endsWith(next);
    }

    @Test
    void aMemberOfTwoGroupsGetsWhatIsForBothOnce() {
        ModelClient alice = stage.client("alice");
        alice.join("a");
        alice.join("b");
        alice.connect(stage.room);
        stage.settle();
        long bseq = stage.append("a", "b");
        stage.settle();
        assertThat(alice.heard).containsExactly(bseq);
        assertThat(stage.count("written")).isEqualTo(1);
    }
}
