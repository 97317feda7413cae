package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Pull;
import io.hawser.wire.v1.Pulled;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A client that pulls bodies, part by part. */
class PullTest {
    private final TestPlatform platform = new TestPlatform();

    @AfterEach
    void stopThePlatform() {
        platform.close();
    }

    @Test
    void aBodyComesInPartsUntilItIsWhole() {
        String body = "0123456789".repeat(7_000);
        platform.saver.bodies.put("alice/report", body);
        try (TestClient client = platform.connect().bound("alice", 0)) {
            StringBuilder whole = new StringBuilder();
            while (whole.length() < body.length()) {
                Pulled part = pull(client, pullOf("report").setOffset(whole.length()));
                assertThat(part.getCode()).isZero();
                assertThat(part.getTotal()).isEqualTo(body.length());
                assertThat(part.getData().size()).isBetween(1, 32 << 10);
                whole.append(part.getData().toStringUtf8());
            }
            assertThat(whole.toString()).isEqualTo(body);
        }
    }

    @Test
    void theBodyOfABroadcastIsTheAppsAndNotTheUsers() {
        platform.saver.bodies.put("alice/news", "mine");
        platform.saver.bodies.put("/news", "everybody's");
        try (TestClient client = platform.connect().bound("alice", 0)) {
            Pulled part = pull(client, pullOf("news").setBroadcast(true));
            assertThat(part.getBroadcast()).isTrue();
            assertThat(part.getData().toStringUtf8()).isEqualTo("everybody's");
            assertThat(pull(client, pullOf("news")).getData().toStringUtf8()).isEqualTo("mine");
        }
    }

    @Test
    void aSaverThatIsAwayIsToBeAskedAgainLater() {
        try (TestClient client = platform.connect().bound("alice", 0)) {
            platform.saver.failing = true;

            Pulled answer = pull(client, pullOf("report"));

            assertThat(answer.getCode()).isEqualTo(ErrorCode.UNAVAILABLE.number());
            assertThat(answer.getRetryAfterMs()).isPositive();
        }
    }

    @TestFactory
    Stream<DynamicTest> whatCannotBePulledIsAnsweredWithItsCode() {
        platform.saver.bodies.put("alice/report", "short");
        return Stream.of(
                        new Refused("a key that is not kept", pullOf("nothing"), ErrorCode.NOT_FOUND),
                        new Refused("beyond its end", pullOf("report").setOffset(5), ErrorCode.NOT_FOUND),
                        new Refused("no key", pullOf(""), ErrorCode.INVALID_ARGUMENT),
                        new Refused("a key of 65 bytes", pullOf("k".repeat(65)), ErrorCode.INVALID_ARGUMENT),
                        new Refused(
                                "an offset that no body has",
                                pullOf("report").setOffset(1L << 40),
                                ErrorCode.INVALID_ARGUMENT),
                        new Refused("an offset of 64 bits", pullOf("report").setOffset(-1), ErrorCode.INVALID_ARGUMENT))
                .map(one -> DynamicTest.dynamicTest(one.what, () -> {
                    try (TestClient client = platform.connect().bound("alice", 0)) {
                        Pulled answer = pull(client, one.pull);
                        assertThat(answer.getCode()).isEqualTo(one.code.number());
                        assertThat(answer.getKey()).isEqualTo(one.pull.getKey());
                        assertThat(answer.getDetail()).isNotEmpty();
                    }
                }));
    }

    @Test
    void aPullOnABindingThatIsNotThereIsRefused() {
        try (TestClient client = platform.connect().bound("alice", 0)) {
            client.send(FrameType.PULL, pullOf("report").setBinding(9).build());
            assertThat(client.error().getCode()).isEqualTo(ErrorCode.BINDING_UNKNOWN.number());
        }
    }

    @Test
    void whatPullsOfOneAppTakeIsNotAllThatThereIs() {
        RoomConfig narrow = TestPlatform.config("gateway: {loops: 1}", "pulls: {maxInFlightPerLoop: 2}");
        try (TestPlatform small = new TestPlatform(TestPlatform.with(narrow, narrow.gateway(), narrow.connections()));
                TestClient client = small.connect()) {
            small.saver.apps.put("shop", Tokens.app("shop"));
            small.saver.bodies.put("alice/report", "demo's");
            small.saver.bodies.put("bob/report", "shop's");
            client.bound("alice", 0);
            client.bound(TestClient.bind("bob").toBuilder()
                    .setBinding(2)
                    .setApp("shop")
                    .setToken(Tokens.of("shop", "bob"))
                    .build());
            CompletableFuture<Void> atHand = new CompletableFuture<>();
            small.saver.bodiesAtHand = atHand;
            client.send(FrameType.PULL, pullOf("report").build());
            assertThat(pull(client, pullOf("report")).getCode()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
            client.send(FrameType.PULL, pullOf("report").setBinding(2).build());
            client.ping();
            assertThat(client.nextType()).isEqualTo(FrameType.PONG);
            atHand.complete(null);
            assertThat(List.of(pulled(client), pulled(client))).containsExactlyInAnyOrder("demo's", "shop's");
        }
    }

    private static String pulled(TestClient client) {
        return client.expect(FrameType.PULLED, Pulled.parser()).getData().toStringUtf8();
    }

    private record Refused(String what, Pull.Builder pull, ErrorCode code) {}

    private static Pull.Builder pullOf(String key) {
        return Pull.newBuilder().setBinding(1).setKey(key);
    }

    private static Pulled pull(TestClient client, Pull.Builder pull) {
        client.send(FrameType.PULL, pull.build());
        return client.expect(FrameType.PULLED, Pulled.parser());
    }
}
