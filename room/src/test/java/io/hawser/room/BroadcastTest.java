package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.room.broadcast.TrueLog;
import io.hawser.rpc.v1.PaceReport;
import io.hawser.rpc.v1.PushBroadcastReply;
import io.hawser.rpc.v1.PushBroadcastRequest;
import io.hawser.rpc.v1.TaskState;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Groups;
import io.hawser.wire.v1.Join;
import io.hawser.wire.v1.Sync;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Groups and broadcasts over real sockets, with the savers' part played. */
final class BroadcastTest {
    private final TestPlatform platform = new TestPlatform();
    private final TrueLog log = platform.saver.log;

    @AfterEach
    void close() {
        platform.close();
    }

    private static Bind bind(String user, String... groups) {
        return TestClient.bind(user).toBuilder().addAllGroups(List.of(groups)).build();
    }

    private static Broadcast broadcast(TestClient client) {
        return client.expect(FrameType.BROADCAST, Broadcast.parser());
    }

    private static void sync(TestClient client, BroadcastCursor.Builder cursor) {
        client.send(
                FrameType.SYNC,
                Sync.newBuilder().setBinding(1).setCursor(cursor).build());
    }

    @Test
    void membersOfAGroupGetWhatIsForItAndAllGetWhatIsForAll() {
        try (TestClient alice = platform.connect().greet();
                TestClient bob = platform.connect().greet()) {
            Bound bound = alice.bound(bind("alice", "news.sport"));
            assertThat(bound.getGroupsList()).containsExactly("news.sport");
            bob.bound(bind("bob"));
            long first = log.append("goal", "news.sport");
            long second = log.append("hello");
            assertThat(broadcast(alice).getBseq()).isEqualTo(first);
            assertThat(broadcast(alice).getBseq()).isEqualTo(second);
            assertThat(broadcast(bob).getBseq()).isEqualTo(second);
        }
    }

    @Test
    void whatIsAcknowledgedMovesTheCursorAndIsCounted() {
        try (TestClient alice = platform.connect().greet()) {
            alice.bound(bind("alice"));
            long first = log.append("first");
            broadcast(alice);
            // She has gone through the log now: who catches up is not counted among those whom a broadcast was for.
            long bseq = log.append("hello");
            broadcast(alice);
            sync(alice, BroadcastCursor.newBuilder().addSeen(first).addSeen(bseq));
            Sync told = alice.expect(FrameType.SYNC, Sync.parser());
            assertThat(told.getCursor().getLow()).isEqualTo(bseq);
            await().untilAsserted(() -> {
                assertThat(log.progress(bseq).getAcknowledged()).isEqualTo(1);
                assertThat(log.progress(bseq).getSent()).isEqualTo(1);
                assertThat(log.progress(bseq).getTargeted()).isEqualTo(1);
            });
        }
    }

    @Test
    void whoWasAwayGetsItWhenItBinds() {
        long low;
        try (TestClient alice = platform.connect().greet()) {
            low = alice.bound(bind("alice")).getCursor().getLow();
        }
        long bseq = log.append("while you were away");
        try (TestClient alice = platform.connect().greet()) {
            alice.bound(bind("alice").toBuilder()
                    .setCursor(BroadcastCursor.newBuilder().setLow(low))
                    .build());
            assertThat(broadcast(alice).getBseq()).isEqualTo(bseq);
        }
    }

    @Test
    void pacedEntriesWaitForTheirGrant() {
        try (TestClient alice = platform.connect().greet()) {
            alice.bound(bind("alice"));
            // Whoever has had one goes on with the others, and is counted with them.
            long first = log.append("first");
            assertThat(broadcast(alice).getBseq()).isEqualTo(first);
            long paced = log.append(TrueLog.entry("slow").setPaced(true).setState(TaskState.TASK_RUNNING));
            long urgent = log.append("urgent");
            assertThat(broadcast(alice).getBseq()).isEqualTo(urgent);
            PaceReport begun = platform.grant(paced, 100);
            assertThat(begun.getTargeted()).isEqualTo(1);
            assertThat(broadcast(alice).getBseq()).isEqualTo(paced);
            await().until(() -> platform.grant(paced, 100).getFinished());
        }
    }

    @Test
    void groupsThatNobodyAllowedAreRefused() {
        try (TestClient alice = platform.connect().greet()) {
            assertThat(alice.refused(bind("alice", "vip")).getCode()).isEqualTo(ErrorCode.PERMISSION_DENIED.number());
            assertThat(alice.refused(bind("alice", "a*b")).getCode()).isEqualTo(ErrorCode.INVALID_ARGUMENT.number());
            alice.bound(bind("alice"));
            alice.send(
                    FrameType.JOIN,
                    Join.newBuilder().setBinding(1).setRequest(5).addJoin("vip").build());
            Groups refused = alice.expect(FrameType.GROUPS, Groups.parser());
            assertThat(refused.getCode()).isEqualTo(ErrorCode.PERMISSION_DENIED.number());
            assertThat(refused.getRequest()).isEqualTo(5);
            alice.send(
                    FrameType.JOIN,
                    Join.newBuilder()
                            .setBinding(1)
                            .setRequest(6)
                            .addJoin("news.x")
                            .build());
            Groups joined = alice.expect(FrameType.GROUPS, Groups.parser());
            assertThat(joined.getCode()).isZero();
            assertThat(joined.getGroupsList()).containsExactly("news.x");
            long bseq = log.append("for x", "news.x");
            assertThat(broadcast(alice).getBseq()).isEqualTo(bseq);
        }
    }

    @Test
    void theBackEndsMembersHearOfItAndGetWhatComesAfter() {
        try (TestClient alice = platform.connect().greet()) {
            alice.bound(bind("alice"));
            log.append("before", "vip");
            log.add("alice", "vip");
            long bseq = log.append("after", "vip");
            Groups told = alice.expect(FrameType.GROUPS, Groups.parser());
            assertThat(told.getGroupsList()).containsExactly("vip");
            assertThat(broadcast(alice).getBseq()).isEqualTo(bseq);
        }
    }

    @Test
    void aTransientBroadcastIsWrittenToThoseWhoAreHere() {
        try (TestClient alice = platform.connect().greet();
                TestClient bob = platform.connect().greet()) {
            alice.bound(bind("alice", "news.sport"));
            bob.bound(bind("bob"));
            PushBroadcastReply reply = platform.broadcast(PushBroadcastRequest.newBuilder()
                    .setApp("demo")
                    .addGroups("news.sport")
                    .setContent(StubSaver.content("now"))
                    .build());
            assertThat(reply.getWritten()).isEqualTo(1);
            assertThat(broadcast(alice).getBody().toStringUtf8()).isEqualTo("now");
        }
    }

    @Test
    void aStoreThatIsAwayDoesNotKeepClientsFromTheirMailboxes() {
        platform.saver.logSilent = true;
        try (TestClient alice = platform.connect().greet()) {
            Bound bound = alice.bound(bind("alice", "news.sport").toBuilder()
                    .setCursor(BroadcastCursor.newBuilder().setLow(0))
                    .build());
            assertThat(bound.getGroupsList()).isEmpty();
            platform.saver.logSilent = false;
            alice.expect(FrameType.SYNC, Sync.parser());
            Groups groups = alice.expect(FrameType.GROUPS, Groups.parser());
            assertThat(groups.getGroupsList()).containsExactly("news.sport");
            long bseq = log.append("at last", "news.sport");
            assertThat(broadcast(alice).getBseq()).isEqualTo(bseq);
        }
    }

    @Test
    void twoBindingsOfAConnectionShareOneFrameAndCountTwice() {
        try (TestClient both = platform.connect().greet()) {
            both.bound(bind("alice"));
            both.bound(bind("bob").toBuilder().setBinding(2).build());
            long bseq = log.append("for both");
            assertThat(broadcast(both).getBseq()).isEqualTo(bseq);
            await().untilAsserted(() -> {
                assertThat(log.progress(bseq).getSent()).isEqualTo(2);
                assertThat(log.progress(bseq).getTargeted()).isEqualTo(2);
            });
            both.sendRaw(Frames.ping());
            assertThat(both.read()).extracting(Frame::type).isEqualTo(FrameType.PONG);
        }
    }

    @Test
    void aCrowdGetsIt() {
        List<TestClient> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < 1_500; i++) {
                crowd.add(platform.connect().bound("user" + i, 0));
            }
            long bseq = log.append("for all");
            for (TestClient client : crowd) {
                assertThat(broadcast(client).getBseq()).isEqualTo(bseq);
            }
            await().untilAsserted(() -> assertThat(log.progress(bseq).getSent()).isEqualTo(1_500));
        } finally {
            crowd.forEach(TestClient::close);
        }
    }
}
