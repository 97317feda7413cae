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
import io.hawser.wire.v1.Welcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A room that has little memory, thousands of clients, and among them many that do not read what is sent to them: it
 * says that it is overloaded, sends some away, serves the others, and recovers. It does not die.
 */
final class SmallMemoryTest {
    private static final List<String> MEMORY =
            List.of("-Xmx256m", "-XX:MaxDirectMemorySize=32m", "-XX:TieredStopAtLevel=1");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int GREETED = 1_000;
    private static final int DEAF = 400;
    private static final int HEALTHY = 20;
    /** What waits for all who do not read is several times what the room has. */
    private static final int LARGE_EACH = 6;

    private static final int AT_ONCE = 50;

    /** In MiB, of 256. */
    private static final int HEAP_OVERLOADED = 130;

    private static final int HEAP_CRITICAL = 165;

    private static final int SMALL_SOCKET_BYTES = 4 * 1024;
    private static final ByteString LARGE = StubSaver.content("x".repeat(60_000));

    private final StubRegister register = new StubRegister("register-1");
    private final StubSaver saver = new StubSaver();
    private final StubDispatcher dispatcher = new StubDispatcher();
    private final List<TestClient> clients = new ArrayList<>();

    @AfterEach
    void closeAll() {
        clients.forEach(TestClient::close);
        dispatcher.close();
        saver.close();
        register.close();
    }

    @Test
    void whereBuffersFillItShedsThoseWhoDoNotReadServesTheRestAndRecovers() {
        try (RoomProcess room = start("10m");
                LinkClient rooms = linkTo(room)) {
            List<TestClient> healthy = bind(room, "healthy-", HEALTHY, 0);
            List<TestClient> deaf = bind(room, "deaf-", DEAF, SMALL_SOCKET_BYTES);
            await().atMost(PATIENCE).until(() -> register.sessions.size() == HEALTHY + DEAF);
            greet(room);
            for (int seq = 1; seq <= LARGE_EACH && highest() < 2; seq++) {
                pushToDeaf(rooms, seq);
            }
            awaitLevel(2);
            await().atMost(PATIENCE).until(() -> isTurnedAway(room));
            for (int i = 0; i < HEALTHY; i++) {
                assertServed(rooms, "healthy-" + i, healthy.get(i));
            }
            await().atMost(PATIENCE).until(() -> dispatcher.latest().getConnections() < HEALTHY + GREETED + DEAF);
            deaf.forEach(TestClient::close);
            assertRecovers(room);
        }
    }

    @Test
    void whereTheHeapFillsItShedsTheNewestAndRecoversOnceThereIsRoom() {
        try (RoomProcess room = start("500ms")) {
            bind(room, "healthy-", HEALTHY, 0);
            greet(room);
            room.hold(HEAP_OVERLOADED);
            awaitLevel(2);
            await().atMost(PATIENCE).until(() -> isTurnedAway(room));
            awaitConnections(HEALTHY);
            room.hold(HEAP_CRITICAL);
            awaitLevel(3);
            awaitConnections(0);
            room.hold(0);
            assertRecovers(room);
        }
    }

    /** It keeps the highest level that it has reached while what was short is not for so long. */
    private RoomProcess start(String calmFor) {
        saver.apps.put("demo", Tokens.app("demo"));
        RoomProcess room = RoomProcess.start(MEMORY, calmFor, register.peer(1), saver.peer(), dispatcher.peer());
        await().atMost(PATIENCE).until(() -> !dispatcher.reports.isEmpty());
        return room;
    }

    private void awaitLevel(int level) {
        await().atMost(PATIENCE).until(() -> highest() >= level);
    }

    private void awaitConnections(int count) {
        await().atMost(PATIENCE).until(() -> dispatcher.latest().getConnections() == count);
    }

    private void assertRecovers(RoomProcess room) {
        room.calmDown();
        await().atMost(PATIENCE).until(() -> dispatcher.latest().getOverloadLevel() == 0);
        bind(room, "late-", 1, 0);
        assertThat(room.isAlive()).isTrue();
    }

    /** The newest go while memory is short, and these are the oldest. */
    private void assertServed(LinkClient rooms, String user, TestClient client) {
        long seq = saver.append(user, "still served");
        push(rooms, user, seq, StubSaver.content("still served"))
                .exceptionally(lost -> PushReply.getDefaultInstance())
                .join();
        assertThat(client.message().getBody().toStringUtf8()).isEqualTo("still served");
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

    /** With a word, if there is memory for one just then. */
    private static boolean isTurnedAway(RoomProcess room) {
        try (TestClient client = TestClient.connect(room.address)) {
            Frame lastWord = client.read();
            if (lastWord == null) {
                return false;
            }
            Error error = Frames.parse(Error.parser(), lastWord.body());
            assertThat(error.getCode()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
            assertThat(error.getRetryAfterMs()).isPositive();
            return true;
        }
    }
}
