package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Groups;
import io.hawser.wire.v1.Join;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Broadcasts reach the listener once, whatever comes twice; the cursor says so to each room; groups come and go. */
class BroadcastTest extends PushClientHarness {
    @Test
    void handsBroadcastsOverAndTellsTheRoom() throws Exception {
        start(alice().groups(List.of("news")));
        FakeRoom.Line line = greeted();
        Bind bind = line.awaitBind();
        assertThat(bind.hasCursor()).isFalse();
        assertThat(bind.getGroupsList()).containsExactly("news");
        line.bound(cursor(4), "news", "vip");

        line.broadcast(5, "five");
        line.broadcast(7, "seven", "news");

        PushMessage five = listener.awaitMessage();
        assertThat(five.bseq()).isEqualTo(5);
        assertThat(five.seq()).isZero();
        assertThat(five.groups()).isEmpty();
        assertThat(listener.awaitMessage().groups()).containsExactly("news");
        line.awaitSync(FakeRoom.Line.cursor(4, List.of(5L, 7L), List.of()));
        assertThat(listener.groups).containsExactly(Set.of("news", "vip"));
    }

    @Test
    void takesOverTheRoomsCursorAndGivesItToTheNextRoom() throws Exception {
        start(alice());
        FakeRoom.Line line = bound(4);
        line.broadcast(5, "five");
        line.broadcast(9, "nine");
        listener.awaitTexts(2);
        line.sync(FakeRoom.Line.cursor(9, List.of(), List.of(6L)));
        line.broadcast(11, "eleven");
        line.awaitSync(FakeRoom.Line.cursor(9, List.of(11L), List.of(6L)));
        line.close();

        FakeRoom.Line next = greeted();
        assertThat(next.awaitBind().getCursor()).isEqualTo(FakeRoom.Line.cursor(9, List.of(11L), List.of(6L)));
        next.bound(FakeRoom.Line.cursor(9, List.of(11L), List.of(6L)));
        next.broadcast(6, "slow");
        next.awaitSync(FakeRoom.Line.cursor(9, List.of(11L), List.of()));
    }

    /** A broadcast that is accepted while nobody is connected is this client's, too, though it is the app's first. */
    @Test
    void thePresentOfAnAppWithoutBroadcastsIsACursorToo() throws Exception {
        start(alice().storeIn(directory));
        FakeRoom.Line line = greeted();
        assertThat(line.awaitBind().hasCursor()).isFalse();
        line.bound(FakeRoom.Line.cursor(0, List.of(), List.of()));
        listener.awaitState(ClientState.BOUND);
        line.close();

        FakeRoom.Line next = greeted();
        Bind again = next.awaitBind();
        assertThat(again.hasCursor()).isTrue();
        assertThat(again.getCursor().getLow()).isZero();
        clients.remove(0).close();

        start(alice().storeIn(directory));
        assertThat(greeted().awaitBind().hasCursor()).isTrue();
    }

    @Test
    void whatComesAgainIsDroppedAndTheRoomToldAgain() throws Exception {
        PushClient client = start(alice());
        FakeRoom.Line line = bound(4);
        line.broadcast(5, "five");
        line.awaitSync(FakeRoom.Line.cursor(4, List.of(5L), List.of()));

        line.broadcast(5, "five");

        line.awaitSync(FakeRoom.Line.cursor(4, List.of(5L), List.of()));
        line.broadcast(6, "six");
        assertThat(listener.awaitTexts(2)).containsExactly("five", "six");
        assertThat(client.counters().duplicates()).isEqualTo(1);
    }

    @Test
    void aRoomThatDoesNotKnowYetWhatWasSeenMakesNothingComeTwice() throws Exception {
        start(alice());
        FakeRoom.Line line = bound(4);
        line.broadcast(5, "five");
        line.sync(FakeRoom.Line.cursor(8, List.of(), List.of(5L)));
        line.broadcast(5, "five");
        line.broadcast(9, "nine");

        assertThat(listener.awaitTexts(2)).containsExactly("five", "nine");
        line.awaitSync(FakeRoom.Line.cursor(8, List.of(9L), List.of()));
    }

    @Test
    void theCursorOutlivesTheProcessAndFlagsWhatWasInHand() throws Exception {
        try (PositionStore store = FilePositionStore.open(directory, "demo", "alice", "d1")) {
            store.saveBroadcasts(BroadcastPosition.of(4, List.of(6L), List.of(2L), 7));
        }
        start(alice().storeIn(directory));
        FakeRoom.Line line = greeted();
        BroadcastCursor kept = FakeRoom.Line.cursor(4, List.of(6L), List.of(2L));
        assertThat(line.awaitBind().getCursor()).isEqualTo(kept);
        line.bound(kept);
        line.broadcast(6, "six");
        line.broadcast(7, "seven");
        line.broadcast(8, "eight");

        PushMessage again = listener.awaitMessage();
        assertThat(again.bseq()).isEqualTo(7);
        assertThat(again.redelivered()).isTrue();
        assertThat(listener.awaitMessage().redelivered()).isFalse();
        clients.remove(0).close();
        try (PositionStore store = FilePositionStore.open(directory, "demo", "alice", "d1")) {
            assertThat(store.loadBroadcasts()).isEqualTo(BroadcastPosition.of(4, List.of(6L, 7L, 8L), List.of(2L), 0));
        }
    }

    /** A phone ends processes without a word: what was handed over must not come again at each start. */
    @Test
    void whatWasHandedOverIsOnDiskOnceNothingElseIsToBeDone() throws Exception {
        MemoryPositionStore store = new MemoryPositionStore();
        start(alice().store(store));
        FakeRoom.Line line = bound(4);
        line.broadcast(5, "five");

        Awaitility.await()
                .until(() -> store.loadBroadcasts().equals(BroadcastPosition.of(4, List.of(5L), List.of(), 0)));
        line.sync(FakeRoom.Line.cursor(8, List.of(), List.of()));
        Awaitility.await().until(() -> store.loadBroadcasts().equals(BroadcastPosition.of(8, List.of(), List.of(), 0)));
    }

    @Test
    void transientOnesAreHandedOverAndMoveNothing() throws Exception {
        start(alice());
        FakeRoom.Line line = bound(4);
        line.broadcast(0, "now");
        line.broadcast(5, "five");

        assertThat(listener.awaitMessage().isTransient()).isTrue();
        line.awaitSync(FakeRoom.Line.cursor(4, List.of(5L), List.of()));
    }

    @Test
    void whatIsKeptNoLongerIsTold() throws Exception {
        start(alice());
        FakeRoom.Line line = greeted();
        line.awaitBind();
        line.send(
                FrameType.BOUND,
                Bound.newBuilder()
                        .setBinding(1)
                        .setCursor(cursor(40))
                        .setBroadcastsLostTo(40)
                        .build());
        Awaitility.await().until(() -> listener.gaps.contains("broadcasts to 40"));
    }

    @Test
    void aMalformedCursorEndsTheConnectionOnly() throws Exception {
        start(alice());
        FakeRoom.Line line = bound(4);
        line.sync(FakeRoom.Line.cursor(4, List.of(3L), List.of()));
        line.awaitClosed();
        assertThat(listener.awaitState(ClientState.WAITING).code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void joinsAndLeavesGroups() throws Exception {
        PushClient client = start(alice());
        CompletableFuture<Set<String>> early = client.changeGroups(List.of("news"), List.of());
        FakeRoom.Line line = bound(0);
        Join join = Frames.parse(Join.parser(), line.await(FrameType.JOIN).body());
        assertThat(join.getJoinList()).containsExactly("news");
        line.close();

        FakeRoom.Line next = bound(0);
        Join again = Frames.parse(Join.parser(), next.await(FrameType.JOIN).body());
        assertThat(again).isEqualTo(join);
        next.send(
                FrameType.GROUPS,
                Groups.newBuilder()
                        .setBinding(1)
                        .setRequest(join.getRequest())
                        .addGroups("news")
                        .build());
        assertThat(early.get(10, TimeUnit.SECONDS)).containsExactly("news");

        CompletableFuture<Set<String>> refused = client.changeGroups(List.of("vip"), List.of("news"));
        Join second = Frames.parse(Join.parser(), next.await(FrameType.JOIN).body());
        next.send(
                FrameType.GROUPS,
                Groups.newBuilder()
                        .setBinding(1)
                        .setRequest(second.getRequest())
                        .setCode(ErrorCode.PERMISSION_DENIED.number())
                        .setDetail("group: vip")
                        .build());
        assertThatThrownBy(() -> refused.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("group: vip");
    }

    @Test
    void aGroupThatIsNoNameIsRefusedAtOnce() throws Exception {
        PushClient client = start(alice());
        assertThatThrownBy(() -> client.changeGroups(List.of(""), List.of()))
                .isInstanceOf(HawserException.class)
                .hasMessageContaining("group: 0 bytes");
    }

    private FakeRoom.Line bound(long low) throws IOException {
        FakeRoom.Line line = greeted();
        line.awaitBind();
        line.bound(cursor(low));
        return line;
    }

    private FakeRoom.Line greeted() throws IOException {
        FakeRoom.Line line = room.accept();
        line.greet(30);
        return line;
    }

    private static BroadcastCursor cursor(long low) {
        return FakeRoom.Line.cursor(low, List.of(), List.of());
    }
}
