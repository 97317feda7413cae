package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.Ban;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.Session;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.Welcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that drop and come back, on sockets that event loops share out among themselves. */
final class ResumeTest {
    private static final int TIMES = 40;
    private static final String ONE_BINDING = "access: {apps: {exceptions: {demo: 1}}}";

    private final TestPlatform platform = new TestPlatform();

    @AfterEach
    void stop() {
        platform.close();
    }

    private ByteString bindsAndDrops(String user) {
        return platform.connect().bindsAndDrops(user);
    }

    private double parked() {
        return platform.context.gauge("hawser.room.parked");
    }

    @Test
    void whicheverLoopAClientComesBackToItGoesOnWhereItWas() {
        ByteString token = bindsAndDrops("alice");
        Session session = platform.register.session("alice");
        for (int time = 1; time <= TIMES; time++) {
            long seq = platform.saver.append("alice", "message " + time);
            try (TestClient client = platform.connect()) {
                Welcome welcome = client.welcome(TestClient.resumes(token, seq - 1));
                assertThat(welcome.getResumed()).isTrue();
                token = welcome.getResumeToken();
                assertThat(client.expect(FrameType.BOUND, Bound.parser()).getPosition())
                        .isEqualTo(seq - 1);
                platform.hint("alice", seq);
                assertThat(client.message().getSeq()).isEqualTo(seq);
            }
        }
        assertThat(platform.register.session("alice")).isEqualTo(session);
        assertThat(platform.register.left).isEmpty();
        await().until(() -> platform.register.confirmed.size() == TIMES);
        assertThat(platform.register.confirmed).containsOnly(session);
    }

    @Test
    void whatComesForAParkedClientIsRememberedAndFollows() {
        ByteString token = bindsAndDrops("alice");
        await().until(() -> parked() == 1);
        assertThat(platform.totals().getConnections()).isZero();
        long seq = platform.saver.append("alice", "while away");
        assertThat(platform.push("alice", 0, seq, "while away")).isEqualTo(PushOutcome.BEHIND);
        platform.register.silent = true;
        try (TestClient client = platform.connect()) {
            assertThat(client.welcome(TestClient.resumes(token, 0)).getResumed())
                    .isTrue();
            assertThat(client.expect(FrameType.BOUND, Bound.parser()).getHead()).isEqualTo(seq);
            Message message = client.message();
            assertThat(message.getBody().toStringUtf8()).isEqualTo("while away");
            assertThat(parked()).isZero();
        }
    }

    @Test
    void ofTwoWhoComeWithTheSameTokenOneGoesOn() throws Exception {
        for (int time = 0; time < TIMES; time++) {
            Hello hello = TestClient.resumes(bindsAndDrops("alice"), 0);
            List<TestClient> clients = List.of(platform.connect(), platform.connect());
            List<CompletableFuture<Boolean>> resumed = new ArrayList<>();
            for (TestClient client : clients) {
                resumed.add(CompletableFuture.supplyAsync(
                        () -> client.welcome(hello).getResumed()));
            }
            assertThat(resumed.get(0).get()).isNotEqualTo(resumed.get(1).get());
            clients.forEach(TestClient::close);
            platform.end(kick());
        }
    }

    private Kick kick() {
        return Kick.newBuilder()
                .setSession(platform.register.session("alice"))
                .setCause(KickCause.KICK_REPLACED)
                .build();
    }

    @Test
    void aKickThatMeetsAResumeIsHeardOrHasEndedWhatItMeant() throws Exception {
        for (int time = 0; time < TIMES; time++) {
            Hello hello = TestClient.resumes(bindsAndDrops("alice"), 0);
            Kick kick = kick();
            try (TestClient client = platform.connect()) {
                CompletableFuture<Boolean> ended =
                        CompletableFuture.supplyAsync(() -> platform.end(kick).getEnded());
                boolean resumed = client.welcome(hello).getResumed();
                assertThat(ended.get()).isTrue();
                if (resumed) {
                    client.expect(FrameType.BOUND, Bound.parser());
                    Frame last = client.read();
                    assertThat(last).isNotNull();
                    assertThat(last.type()).isEqualTo(FrameType.KICKED);
                } else {
                    client.bound(TestClient.bind("alice"));
                    assertThat(platform.end(kick()).getEnded()).isTrue();
                }
            }
        }
        await().until(() -> platform.totals().getBindings() == 0);
        assertThat(parked()).isZero();
    }

    @Test
    void aNetworkThatIsDeniedMeanwhileIsNotComeBackFrom() {
        String address = platform.addresses().getFirst();
        ByteString token = TestClient.connectFrom("127.9.0.1", address).bindsAndDrops("alice");
        await().until(() -> parked() == 1);
        platform.context.changeConfig(TestPlatform.config("access: {deny: [127.9.0.0/16]}"));
        try (TestClient denied = TestClient.connectFrom("127.9.0.1", address)) {
            assertThat(denied.isWelcome()).isFalse();
        }
        try (TestClient elsewhere = TestClient.connectFrom("127.8.0.1", address)) {
            assertThat(elsewhere.welcome(TestClient.resumes(token, 0)).getResumed())
                    .isTrue();
        }
    }

    @Test
    void aBanMeanwhileEndsWhatIsParked() {
        ByteString token = bindsAndDrops("alice");
        await().until(() -> parked() == 1);
        platform.saver.ban(
                Ban.newBuilder().setId(1).setApp("demo").setUser("alice").build());
        await().until(() -> parked() == 0);
        try (TestClient client = platform.connect()) {
            assertThat(client.welcome(TestClient.resumes(token, 0)).getResumed())
                    .isFalse();
        }
        assertThat(platform.context.count("hawser.room.parkings", "outcome", "ended"))
                .isEqualTo(1);
    }

    @Test
    void whoIsAwayMakesWayWhereItsAppHasAllItMayHave() {
        try (TestPlatform small = new TestPlatform(TestPlatform.config("gateway: {loops: 1}", ONE_BINDING))) {
            ByteString token = small.connect().bindsAndDrops("alice");
            await().until(() -> small.context.gauge("hawser.room.parked") == 1);
            try (TestClient bob = small.connect().bound("bob", 0);
                    TestClient carol = small.connect().greet();
                    TestClient alice = small.connect()) {
                assertThat(small.context.count("hawser.room.parkings", "outcome", "crowded_out"))
                        .isEqualTo(1);
                assertThat(carol.refused(TestClient.bind("carol")).getCode())
                        .isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
                bob.ping();
                assertThat(bob.nextType()).isEqualTo(FrameType.PONG);
                assertThat(alice.welcome(TestClient.resumes(token, 0)).getResumed())
                        .isFalse();
            }
        }
    }

    @Test
    void aTokenOfAnotherRoomIsIgnored() {
        try (TestPlatform other = new TestPlatform();
                TestClient client = other.connect()) {
            ByteString token = bindsAndDrops("alice");
            assertThat(client.welcome(TestClient.resumes(token, 0)).getResumed())
                    .isFalse();
            assertThat(client.bound(TestClient.bind("alice")).getBinding()).isEqualTo(1);
        }
    }

    @Test
    void aClientThatDribblesIsClosedAtTheDeadline() {
        try (TestPlatform hasty = new TestPlatform(TestPlatform.withHelloWithin(Duration.ofMillis(300)));
                TestClient client = hasty.connect()) {
            // Of a HELLO that is announced to be long, a byte now and a byte then.
            client.sendRaw(new byte[] {(byte) 0x80, 0x08, FrameType.HELLO});
            await().pollInterval(Duration.ofMillis(20)).until(() -> {
                client.sendRaw(new byte[1]);
                return client.hasInput();
            });
            assertThat(client.error().getCode()).isEqualTo(ErrorCode.HANDSHAKE_TIMEOUT.number());
        }
    }
}
