package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.PushReply;
import io.hawser.rpc.v1.PushRequest;
import io.hawser.rpc.v1.RoomGrpc;
import io.hawser.rpc.v1.RoomLoad;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.Welcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A room that has little memory, thousands of clients, and among them many that do not read what is sent to them: it
 * says that it is overloaded, sends some away, serves the others, and recovers. It does not die.
 */
final class SmallMemoryTest {
    private static final List<String> MEMORY =
            List.of("-Xmx256m", "-XX:MaxDirectMemorySize=32m", "-XX:TieredStopAtLevel=1");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int GREETED = 1_500;
    private static final int DEAF = 400;
    private static final int HEALTHY = 20;
    /** What waits for all who do not read is several times what the room has. */
    private static final int LARGE_EACH = 6;

    private static final int AT_ONCE = 50;

    private static final int SMALL_SOCKET_BYTES = 4 * 1024;
    private static final ByteString LARGE = StubSaver.content("x".repeat(60_000));

    private final StubRegister register = new StubRegister("register-1");
    private final StubSaver saver = new StubSaver();
    private final StubDispatcher dispatcher = new StubDispatcher();
    private final List<TestClient> clients = new ArrayList<>();

    /** On demand, by {@code -Dhawser.smallMemory=true}: how far it sheds before memory is free depends on the machine. */
    @EnabledIfSystemProperty(named = "hawser.smallMemory", matches = "true")
    @Test
    void itShedsServesTheRestAndRecovers() {
        saver.apps.put("demo", Tokens.app("demo"));
        try (RoomProcess room = RoomProcess.start(MEMORY, register.peer(1), saver.peer(), dispatcher.peer());
                LinkClient rooms = linkTo(room)) {
            await().atMost(PATIENCE).until(() -> !dispatcher.reports.isEmpty());
            List<TestClient> healthy = bind(room, "healthy-", HEALTHY, 0);
            List<TestClient> deaf = bind(room, "deaf-", DEAF, SMALL_SOCKET_BYTES);
            await().atMost(PATIENCE).until(() -> register.sessions.size() == HEALTHY + DEAF);
            greet(room);

            for (int seq = 1; seq <= LARGE_EACH && highest() < 2; seq++) {
                pushToDeaf(rooms, seq);
            }
            await().atMost(PATIENCE).until(() -> highest() >= 2);
            assertThat(turnedAway(room).getRetryAfterMs()).isPositive();

            for (int i = 0; i < HEALTHY; i++) {
                assertServedOrTold(rooms, "healthy-" + i, healthy.get(i));
            }
            await().atMost(PATIENCE).until(() -> dispatcher.latest().getConnections() < HEALTHY + GREETED + DEAF);
            deaf.forEach(TestClient::close);
            await().atMost(PATIENCE).until(() -> dispatcher.latest().getOverloadLevel() == 0);
            bind(room, "late-", 1, 0);
            assertThat(room.isAlive()).isTrue();
        } finally {
            clients.forEach(TestClient::close);
            dispatcher.close();
            saver.close();
            register.close();
        }
    }

    /** The newest go while memory is short, and these are the oldest: whoever goes all the same is told why. */
    private void assertServedOrTold(LinkClient rooms, String user, TestClient client) {
        if (register.sessions.containsKey(user)) {
            push(rooms, user, 1, StubSaver.content("still served"))
                    .exceptionally(gone -> PushReply.getDefaultInstance())
                    .join();
        }
        Frame came = Objects.requireNonNull(client.read());
        if (came.type() == FrameType.MESSAGE) {
            Message message = Frames.parse(Message.parser(), came.body());
            assertThat(message.getBody().toStringUtf8()).isEqualTo("still served");
        } else {
            Error told = Frames.parse(Error.parser(), came.body());
            assertThat(told.getCode()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
            assertThat(told.getRetryAfterMs()).isPositive();
        }
    }

    private static LinkClient linkTo(RoomProcess room) {
        SettableMembership members = new SettableMembership();
        members.set(new Peer("room", "room-1", "127.0.0.1", room.linkPort, 7, ""));
        return new LinkClient("center/test", "room", members, LinkSettings.defaults(), new SimpleMeterRegistry());
    }

    /** All say what they have to say before the first is listened to. */
    private List<TestClient> bind(RoomProcess room, String prefix, int count, int receiveBufferBytes) {
        List<TestClient> bound = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            TestClient client = TestClient.connect(room.address, receiveBufferBytes);
            client.sendRaw(TestClient.helloAndBind(prefix + i));
            bound.add(client);
        }
        clients.addAll(bound);
        bound.forEach(TestClient::awaitBound);
        return bound;
    }

    /** Some at a time, for what is on its way is bounded. */
    private void pushToDeaf(LinkClient rooms, long seq) {
        for (int i = 0; i < DEAF; i += AT_ONCE) {
            IntStream.range(i, i + AT_ONCE)
                    .filter(deaf -> register.sessions.containsKey("deaf-" + deaf))
                    .mapToObj(deaf -> push(rooms, "deaf-" + deaf, seq, LARGE))
                    .toList()
                    .forEach(push -> push.exceptionally(some -> PushReply.getDefaultInstance())
                            .join());
        }
    }

    private void greet(RoomProcess room) {
        byte[] hello = TestClient.helloFrame();
        for (int i = 0; i < GREETED; i++) {
            TestClient client = TestClient.connect(room.address);
            client.sendRaw(hello);
            clients.add(client);
        }
        clients.getLast().expect(FrameType.WELCOME, Welcome.parser());
    }

    private CompletableFuture<PushReply> push(LinkClient rooms, String user, long seq, ByteString content) {
        PushRequest push = PushRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setMailbox("user")
                .setLocation(register.location(user))
                .setPrev(seq - 1)
                .setSeq(seq)
                .setContent(content)
                .build();
        return rooms.call(Route.peer("room-1"), RoomGrpc.getPushMethod(), push, "demo", PATIENCE);
    }

    private int highest() {
        return dispatcher.reports.stream()
                .mapToInt(RoomLoad::getOverloadLevel)
                .max()
                .orElse(0);
    }

    private static Error turnedAway(RoomProcess room) {
        try (TestClient client = TestClient.connect(room.address)) {
            Error error = client.error();
            assertThat(error.getCode()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
            return error;
        }
    }
}
