package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.PushRequest;
import io.hawser.rpc.v1.Session;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.KickReason;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Message;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A room as its neighbours see it: clients on sockets, a register and a saver on links. */
final class RoomTest {
    @SuppressWarnings("NullAway.Init")
    private TestPlatform platform;

    @BeforeEach
    void start() {
        platform = new TestPlatform(TestPlatform.impatient());
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    @Test
    void aPushReachesTheClientAndItsAcknowledgementTheSaver() {
        try (TestClient client = platform.connect().bound("alice", 0)) {
            long seq = platform.saver.append("alice", "hi");
            assertThat(platform.push("alice", 0, seq, "hi")).isEqualTo(PushOutcome.WRITTEN);

            Message message = client.message();
            assertThat(message.getSeq()).isEqualTo(seq);
            assertThat(message.getBody().toStringUtf8()).isEqualTo("hi");
            client.acknowledge(seq);
            await().until(() -> platform.saver.acknowledged("alice") == seq);
        }
    }

    @Test
    void whatCameWhileAwayIsThereInOrderAfterTheBind() {
        for (String text : new String[] {"a", "b", "c"}) {
            platform.saver.append("alice", text);
        }
        try (TestClient client = platform.connect().greet()) {
            Bound bound = client.bound(TestClient.bind("alice"));
            assertThat(bound.getPosition()).isZero();
            assertThat(bound.getHead()).isEqualTo(3);
            assertThat(client.message().getBody().toStringUtf8()).isEqualTo("a");
            assertThat(client.message().getBody().toStringUtf8()).isEqualTo("b");
            Message last = client.message();
            assertThat(last.getBody().toStringUtf8()).isEqualTo("c");
            assertThat(last.getPrev()).isEqualTo(2);
        }
    }

    @Test
    void aLostPushIsMadeGoodByTheNext() {
        try (TestClient client = platform.connect().bound("alice", 0)) {
            platform.saver.append("alice", "lost");
            long second = platform.saver.append("alice", "heard");
            assertThat(platform.push("alice", 1, second, "heard")).isEqualTo(PushOutcome.BEHIND);
            assertThat(client.message().getBody().toStringUtf8()).isEqualTo("lost");
            assertThat(client.message().getBody().toStringUtf8()).isEqualTo("heard");
        }
    }

    @Test
    void aHintWithoutContentIsLoaded() {
        try (TestClient client = platform.connect().bound("alice", 0)) {
            long seq = platform.saver.append("alice", "hinted");
            assertThat(platform.hint("alice", seq)).isEqualTo(PushOutcome.BEHIND);
            assertThat(client.message().getBody().toStringUtf8()).isEqualTo("hinted");
            await().until(() -> platform.hint("alice", seq) == PushOutcome.WRITTEN);
        }
    }

    @Test
    void aPushWithoutLocationFindsTheUser() {
        try (TestClient client = platform.connect().bound("alice", 0)) {
            long seq = platform.saver.append("alice", "hi");
            PushOutcome outcome = platform.push(platform.pushTo("alice")
                    .setLocation(Location.getDefaultInstance())
                    .setSeq(seq)
                    .setContent(StubSaver.content("hi"))
                    .build());
            assertThat(outcome).isEqualTo(PushOutcome.WRITTEN);
            assertThat(client.message().getSeq()).isEqualTo(seq);
        }
    }

    @Test
    void aTransientPushIsWrittenWithoutSeq() {
        try (TestClient client = platform.connect().bound("alice", 0)) {
            assertThat(platform.push("alice", 0, 0, "typing")).isEqualTo(PushOutcome.WRITTEN);
            assertThat(client.message().getSeq()).isZero();
        }
    }

    @Test
    void nobodyHereIsSaid() {
        assertThat(platform.push(PushRequest.newBuilder()
                        .setApp("demo")
                        .setUser("nobody")
                        .setSeq(1)
                        .build()))
                .isEqualTo(PushOutcome.NOT_HERE);
    }

    @Test
    void aClientThatLeavesIsNoLongerRegistered() {
        TestClient client = platform.connect().bound("alice", 0);
        Session session = platform.register.session("alice");
        client.close();
        await().untilAsserted(() -> assertThat(platform.register.left).containsExactly(session));
        await().until(() -> platform.totals().getConnections() == 0);
        assertThat(platform.totals().getBindings()).isZero();
    }

    @Test
    void aKickEndsTheBindingThatWasMeantAndNoOther() {
        try (TestClient client = platform.connect().bound("alice", 0)) {
            Session session = platform.register.session("alice");
            Session older = session.toBuilder()
                    .setStamp(session.getStamp().toBuilder().setCounter(99))
                    .build();
            Kick kick = Kick.newBuilder()
                    .setSession(session)
                    .setCause(KickCause.KICK_REPLACED)
                    .build();
            assertThat(platform.end(kick.toBuilder().setSession(older).build()).getEnded())
                    .isFalse();
            assertThat(platform.end(kick).getEnded()).isTrue();
            Kicked kicked = client.expect(FrameType.KICKED, Kicked.parser());
            assertThat(kicked.getReason()).isEqualTo(KickReason.REPLACED);
            assertThat(kicked.getMayReturn()).isFalse();
            assertThat(platform.end(kick).getEnded()).isFalse();
        }
    }

    @Test
    void aClientThatIsBackElsewhereIsClosedWithoutAWord() {
        try (TestClient client = platform.connect().bound("alice", 0)) {
            platform.end(Kick.newBuilder()
                    .setSession(platform.register.session("alice"))
                    .setCause(KickCause.KICK_REPLACED)
                    .setSameInstallation(true)
                    .build());
            assertThat(client.read()).isNull();
        }
    }

    @Test
    void aRegisterThatIsSilentLetsTheBindingGoOnDetached() {
        platform.register.silent = true;
        try (TestClient client = platform.connect().bound("alice", 0)) {
            platform.saver.append("alice", "polled");
            assertThat(client.message().getBody().toStringUtf8()).isEqualTo("polled");
            platform.register.silent = false;
            await().atMost(Duration.ofSeconds(15)).until(() -> platform.register.sessions.containsKey("alice"));
        }
    }

    @Test
    void aNewOwnerOfTheSlotsIsToldAllAndTheMailboxesAreLookedInto() {
        try (StubRegister successor = new StubRegister("register-1");
                TestClient client = platform.connect().bound("alice", 0)) {
            Session session = platform.register.session("alice");
            platform.saver.append("alice", "while nobody knew");
            platform.context.membership("register").set(successor.peer(2));
            await().until(() -> successor.complete.size() == 4096);
            assertThat(successor.poured).containsExactly(session);
            assertThat(client.message().getBody().toStringUtf8()).isEqualTo("while nobody knew");
        }
    }

    @Test
    void refusedSlotsArePouredAgain() {
        try (StubRegister successor = new StubRegister("register-2");
                TestClient client = platform.connect().bound("alice", 0)) {
            successor.refusesPours = true;
            platform.context.membership("register").set(successor.peer(1));
            await().until(() -> platform.context.count("hawser.room.pours.refused") > 0);
            successor.refusesPours = false;
            await().until(() -> successor.complete.size() == 4096);
            assertThat(successor.sessions).containsKey("alice");
            assertThat(client.bound(TestClient.bind("bob").toBuilder()
                                    .setBinding(2)
                                    .build())
                            .getBinding())
                    .isEqualTo(2);
        }
    }

    @Test
    void aNewLifeOfTheRoomTellsAllAgain() {
        try (TestClient client = platform.connect().bound("alice", 0)) {
            platform.context.reincarnate();
            await().until(() -> platform.location("alice").getRoomIncarnation() == 8);
            long seq = platform.saver.append("alice", "hi");
            assertThat(platform.push("alice", 0, seq, "hi")).isEqualTo(PushOutcome.WRITTEN);
            assertThat(client.message().getSeq()).isEqualTo(seq);
        }
    }

    @Test
    void anUnknownAppIsRefusedAndANewOneServed() {
        try (TestClient client = platform.connect().greet()) {
            assertThat(client.refused(TestClient.bind("alice").toBuilder()
                                    .setApp("new")
                                    .build())
                            .getCode())
                    .isEqualTo(ErrorCode.UNKNOWN_APP.number());
            platform.saver.apps.put("new", Tokens.app("new"));
            Bound bound = client.bound(TestClient.bind("alice").toBuilder()
                    .setApp("new")
                    .setToken(Tokens.of("new", "alice"))
                    .build());
            assertThat(bound.getBinding()).isEqualTo(1);
        }
    }

    @Test
    void aChangedLimitHoldsAtOnce() {
        try (TestClient first = platform.connect().greet()) {
            platform.context.changeConfig(TestPlatform.configWithRoomFor(1));
            try (TestClient second = platform.connect()) {
                assertThat(second.error().getCode()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
            }
            platform.context.changeConfig(TestPlatform.configWithRoomFor(2));
            try (TestClient third = platform.connect()) {
                third.greet();
            }
            assertThat(first.bound(TestClient.bind("alice")).getBinding()).isEqualTo(1);
        }
    }

    @Test
    void anOwnerThatLostItsSlotsAndGotThemBackIsToldAgain() {
        try (StubRegister other = new StubRegister("register-2");
                TestClient client = platform.connect().bound("alice", 0)) {
            Session session = platform.register.session("alice");
            platform.register.sessions.clear();
            platform.register.complete.clear();
            platform.context.membership("register").set(other.peer(1));
            platform.context.membership("register").set(platform.register.peer(1));
            await().until(() -> platform.register.complete.size() == 4096);
            assertThat(platform.register.session("alice")).isEqualTo(session);
            platform.push("alice", 0, 0, "still here");
            assertThat(client.message().getBody().toStringUtf8()).isEqualTo("still here");
        }
    }

    @Test
    void aLeaveThatFailedIsToldAgain() {
        try (TestClient client = platform.connect()) {
            client.bound("alice", 0);
            assertThat(platform.register.sessions).containsKey("alice");
            platform.register.refusesLeaves = true;
        }
        await().until(() -> platform.context.count("hawser.room.leaves.failed") > 0);
        platform.register.refusesLeaves = false;
        await().until(() -> platform.register.sessions.isEmpty());
        assertThat(platform.context.count("hawser.room.leaves.dropped")).isZero();
    }
}
