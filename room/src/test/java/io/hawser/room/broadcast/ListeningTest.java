package io.hawser.room.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.room.connection.Identity;
import io.hawser.rpc.v1.PaceReport;
import io.hawser.rpc.v1.TaskState;
import io.hawser.wire.v1.BroadcastCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a listener is given in the cases that chance seldom brings about. */
final class ListeningTest {
    private final Stage stage = new Stage();

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
        long slow = stage.appendPaced(TaskState.TASK_QUEUED);
        stage.settle();
        stage.log.change(slow, TaskState.TASK_CANCELLED);
        stage.settle();
        assertThat(stage.room.report("demo", slow).getFinished()).isTrue();
        long next = stage.append();
        stage.settle();
        assertThat(alice.heard).containsExactly(next);
    }

    @Test
    void whatWaitsForAMemberLeavesInOneWrite() {
        List<ModelClient> crowd = List.of(stage.bound("alice"), stage.bound("bob"));
        List<Long> together = List.of(stage.append(), stage.append(), stage.append());
        stage.settle();
        assertThat(crowd).allSatisfy(client -> {
            assertThat(client.heard).containsExactlyElementsOf(together);
            assertThat(client.writes).isEqualTo(1);
        });
        stage.append("nobodys");
        long last = stage.append();
        stage.settle();
        assertThat(crowd)
                .allSatisfy(client -> assertThat(client.heard).endsWith(last).hasSize(4));
        assertThat(stage.count("written")).isEqualTo(8);
    }

    @Test
    void whatIsPausedAmongOthersWaitsAndTheOthersGoOn() {
        ModelClient alice = stage.bound("alice");
        long first = stage.append();
        long paused = stage.append();
        long last = stage.append();
        stage.log.change(paused, TaskState.TASK_PAUSED);
        stage.settle();
        assertThat(alice.heard).containsExactly(first, last);
        stage.log.change(paused, TaskState.TASK_DONE);
        stage.settle();
        assertThat(alice.heard).containsExactly(first, last, paused);
    }

    @Test
    void whoHasRoomForLessThanWaitsIsGivenAsMuchAsItCanTake() {
        Stage narrow = new Stage(new Random(1), Stage.config(4, 64, 64), 64);
        ModelClient alice = narrow.bound("alice");
        for (int i = 0; i < 6; i++) {
            narrow.append();
        }
        narrow.settle();
        assertThat(alice.heard).hasSize(4);
        narrow.syncAndPass(alice);
        narrow.syncAndPass(alice);
        assertThat(alice.heard).hasSize(6).isSorted();
    }

    @Test
    void paceIsKeptAndEndsWithItsGrant() {
        List<ModelClient> crowd = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            crowd.add(stage.bound("user" + i));
        }
        long slow = stage.appendPaced(TaskState.TASK_RUNNING);
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
        long slow = stage.appendPaced(TaskState.TASK_RUNNING);
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
            slow.add(stage.appendPaced(TaskState.TASK_QUEUED));
        }
        long last = stage.append();
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
        stage.append();
        stage.append();
        stage.settle();
        stage.log.restore(0);
        stage.settle();
        assertThat(alice.cursor().getLow()).isZero();
        assertThat(stage.count("logs.reset")).isEqualTo(1);
    }

    @Test
    void aCursorOfALogThatIsNoMoreIsSetToThePresent() {
        stage.append();
        ModelClient alice = stage.client("alice");
        alice.remember(BroadcastCursor.newBuilder().setLow(99).addSeen(100).build());
        alice.connect(stage.room);
        stage.settle();
        assertThat(alice.cursor())
                .isEqualTo(BroadcastCursor.newBuilder().setLow(1).build());
        assertThat(stage.count("cursors.reset")).isEqualTo(1);
        long next = stage.append();
        stage.settle();
        assertThat(alice.heard).containsExactly(next);
    }

    @Test
    void whatWasTrimmedIsSaidToBeLost() {
        for (int i = 0; i < 10; i++) {
            stage.append();
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
    void whatWasSeenAndIsGoneIsNotKeptInMind() {
        long gone = stage.log.append(TrueLog.entry("x").setExpiresMs(stage.host.wallMs() - 1));
        long elsewhere = stage.append("left");
        long had = stage.append();
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
    void aWindowThatIsFullHoldsTheRestBackUntilItIsAcknowledged() {
        ModelClient alice = stage.bound("alice");
        for (int i = 0; i < 100; i++) {
            stage.append();
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
    void whatIsCountedInANewLifeOfTheRoomIsTold() {
        ModelClient alice = stage.bound("alice");
        long bseq = stage.append();
        stage.settle();
        stage.progress.restart();
        alice.sync();
        stage.settle();
        stage.progress.report(new Identity("room-1", () -> 2), stage.stores).join();
        assertThat(stage.log.progress(bseq).getSent()).isZero();
        assertThat(stage.log.progress(bseq).getAcknowledged()).isEqualTo(1);
    }

    @Test
    void aFaultInGivingItToOneIsNotTheOthersAndLosesNothing() {
        ModelClient alice = stage.bound("alice");
        ModelClient bob = stage.bound("bob");
        alice.failing = true;
        long first = stage.append();
        stage.settle();
        long second = stage.append();
        stage.settle();
        assertThat(bob.heard).containsExactly(first, second);
        assertThat(alice.fault).hasMessage("broken");
        stage.pass(3_100);
        alice.disconnect();
        alice.failing = false;
        alice.forget();
        alice.connect(stage.room);
        stage.settle();
        assertThat(alice.heard).containsExactly(first, second);
    }

    @Test
    void whereNoFrameCanBeMadeAllWaitUntilOneCan() {
        List<ModelClient> crowd = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            crowd.add(stage.bound("user" + i));
        }
        stage.memory.isShort = true;
        long first = stage.append();
        long second = stage.append();
        for (int i = 0; i < 3; i++) {
            stage.settle();
            stage.pass(100);
        }
        assertThat(stage.count("frames.failed")).isEqualTo(stage.memory.denied).isBetween(1.0, 3.0);
        assertThat(stage.count("written")).isZero();
        stage.memory.isShort = false;
        stage.pass(100);
        stage.settle();
        assertThat(crowd).allSatisfy(client -> assertThat(client.heard).containsExactly(first, second));
    }

    @Test
    void whatHasItsPaceIsGivenOnceItsFrameCanBeMade() {
        ModelClient alice = stage.bound("alice");
        long slow = stage.appendPaced(TaskState.TASK_RUNNING);
        stage.settle();
        stage.memory.isShort = true;
        stage.grant(slow, 0, 1_000);
        stage.pass(100);
        stage.settle();
        assertThat(alice.heard).isEmpty();
        stage.memory.isShort = false;
        stage.pass(100);
        stage.settle();
        assertThat(alice.heard).containsExactly(slow);
    }

    @Test
    void whoIsBehindAndWhoIsNotGoOnWithALogThatWasTrimmedFarBeyond() {
        ModelClient alice = stage.bound("alice");
        ModelClient bob = stage.bound("bob");
        alice.writable(false);
        long gone = stage.append();
        stage.settle();
        stage.log.grow(3 << 20);
        long kept = stage.append();
        stage.settle();
        alice.writable(true);
        stage.settle();
        assertThat(bob.heard).containsExactly(gone, kept);
        assertThat(alice.heard).containsExactly(kept);
        assertThat(stage.count("logs.skipped")).isEqualTo(1);
    }

    @Test
    void aNumberThatIsGivenAnewIsNotTheFrameThatItWas() {
        ModelClient alice = stage.bound("alice");
        LocalApp app = Objects.requireNonNull(stage.room.find("demo"));
        long before = stage.log.append("before");
        stage.settle();
        Objects.requireNonNull(app.frames().of(Objects.requireNonNull(app.find(before)), alice))
                .release();
        app.onNews(new Following.News(List.of(), 0, List.of(), List.of(), true, 0, 0, true));
        assertThat(stage.registry
                        .get("hawser.room.broadcasts.frames.bytes")
                        .gauge()
                        .value())
                .isZero();
    }

    @Test
    void aMemberForWhomAllIsSettledKeepsNothing() {
        ModelClient alice = stage.bound("alice");
        stage.append();
        stage.append("elsewhere");
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
