package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.Ban;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.KickReason;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Unbound;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a ban means for clients: those that are bound, and those that come. */
class BanTest {
    private static final String HERE = "127.0.0.1/32";
    private static final int HOUR_MS = 3_600_000;
    private final TestPlatform platform = new TestPlatform();

    @AfterEach
    void stopThePlatform() {
        platform.close();
    }

    @Test
    void aUserThatIsBannedIsKickedAndOthersAreNot() {
        try (TestClient alice = platform.connect().bound("alice", 0);
                TestClient bob = platform.connect().bound("bob", 0)) {
            platform.saver.ban(ofUser("alice").setReason("spam").build());

            Kicked kicked = alice.expect(FrameType.KICKED, Kicked.parser());

            assertThat(kicked.getReason()).isEqualTo(KickReason.BANNED);
            assertThat(kicked.getDetail()).isEqualTo("banned: spam");
            assertThat(kicked.getMayReturn()).isFalse();
            await().until(() -> !platform.register.sessions.containsKey("alice"));
            platform.push("bob", 0, 0, "still here");
            assertThat(bob.message().getBody().toStringUtf8()).isEqualTo("still here");
        }
    }

    @Test
    void aUserThatIsBannedForAWhileMayReturnAfterIt() {
        try (TestClient alice = platform.connect().bound("alice", 0)) {
            platform.saver.ban(ofUser("alice").setExpiresMs(inAMinute()).build());

            Kicked kicked = alice.expect(FrameType.KICKED, Kicked.parser());

            assertThat(kicked.getReason()).isEqualTo(KickReason.BANNED);
            assertThat(kicked.getMayReturn()).isTrue();
            assertThat(kicked.getRetryAfterMs()).isBetween(1, 60_000);
            Unbound refused = alice.refused(TestClient.bind("alice"));
            assertThat(refused.getCode()).isEqualTo(ErrorCode.BANNED.number());
            assertThat(refused.getRetryAfterMs()).isBetween(1, 60_000);
        }
    }

    @Test
    void aUserThatIsBannedIsRefusedAtBind() {
        platform.saver.ban(ofUser("alice").setReason("spam").build());
        awaitBans(1);

        try (TestClient client = platform.connect().greet()) {
            Unbound refused = client.refused(TestClient.bind("alice"));
            assertThat(refused.getCode()).isEqualTo(ErrorCode.BANNED.number());
            assertThat(refused.getDetail()).isEqualTo("banned: spam");
            assertThat(refused.getRetryAfterMs()).isZero();
            client.bound(TestClient.bind("bob"));
        }
    }

    @Test
    void whoHasNoTokenIsNotToldOfABan() {
        platform.saver.ban(ofUser("alice").build());
        awaitBans(1);

        try (TestClient client = platform.connect().greet()) {
            Bind forged =
                    TestClient.bind("alice").toBuilder().setToken("forged").build();
            assertThat(client.refused(forged).getCode()).isEqualTo(ErrorCode.TOKEN_INVALID.number());
        }
    }

    @Test
    void aBanOfADeviceLeavesTheUsersOthersAlone() {
        platform.saver.ban(ofUser("alice").setDevice("lost").build());
        awaitBans(1);

        try (TestClient client = platform.connect().greet()) {
            client.bound(TestClient.bind("alice"));
            Bind ofTheLost = TestClient.bind("alice").toBuilder()
                    .setBinding(2)
                    .setDevice("lost")
                    .build();
            assertThat(client.refused(ofTheLost).getCode()).isEqualTo(ErrorCode.BANNED.number());
        }
    }

    @Test
    void aBanThatIsLiftedLetsTheUserIn() {
        platform.saver.ban(ofUser("alice").build());
        awaitBans(1);
        platform.saver.ban(ofUser("alice").setLifted(true).build());
        awaitBans(0);

        try (TestClient client = platform.connect().bound("alice", 0)) {
            platform.push("alice", 0, 0, "welcome back");
            assertThat(client.message().getBody().toStringUtf8()).isEqualTo("welcome back");
        }
    }

    @Test
    void aBanThatHasExpiredIsNone() {
        platform.saver.ban(ofUser("alice").setExpiresMs(1).build());
        platform.saver.ban(ofUser("bob").setId(2).build());
        awaitBans(1);

        try (TestClient client = platform.connect().greet()) {
            client.bound(TestClient.bind("alice"));
        }
    }

    @Test
    void aNetworkOfAnAppIsKickedFromThatAppAlone() {
        platform.saver.apps.put("shop", Tokens.app("shop"));
        Bind ofShop = TestClient.bind("alice").toBuilder()
                .setApp("shop")
                .setBinding(2)
                .setToken(Tokens.of("shop", "alice"))
                .build();
        try (TestClient client = platform.connect().bound("bob", 0)) {
            client.bound(ofShop);

            platform.saver.ban(
                    Ban.newBuilder().setId(1).setApp("shop").setNetwork(HERE).build());

            Kicked kicked = client.expect(FrameType.KICKED, Kicked.parser());
            assertThat(kicked.getBinding()).isEqualTo(2);
            assertThat(kicked.getMayReturn()).isTrue();
            assertThat(kicked.getRetryAfterMs()).isEqualTo(HOUR_MS);
            Unbound refused = client.refused(ofShop);
            assertThat(refused.getCode()).isEqualTo(ErrorCode.BANNED.number());
            assertThat(refused.getRetryAfterMs()).isEqualTo(HOUR_MS);
        }
    }

    @Test
    void aNetworkOfAllAppsIsNotLetInAndWhoIsInIsSentAway() {
        try (TestClient client = platform.connect().bound("alice", 0)) {
            platform.saver.ban(Ban.newBuilder()
                    .setId(1)
                    .setNetwork("127.0.0.0/8")
                    .setReason("scrapers")
                    .setExpiresMs(inAMinute())
                    .build());

            assertBanned(client.error());
            assertThat(client.read()).isNull();
        }
        try (TestClient late = platform.connect()) {
            assertBanned(late.error());
            assertThat(late.read()).isNull();
        }
    }

    @Test
    void aRoomThatIsCutOffKeepsItsBansAndCounts() {
        platform.saver.ban(ofUser("alice").build());
        awaitBans(1);
        platform.saver.failing = true;

        await().until(() -> platform.context
                        .meters()
                        .counter("hawser.room.bans.polls.failed")
                        .count()
                > 0);

        try (TestClient client = platform.connect().greet()) {
            assertThat(client.refused(TestClient.bind("alice")).getCode()).isEqualTo(ErrorCode.BANNED.number());
        }
    }

    private static void assertBanned(Error said) {
        assertThat(said.getCode()).isEqualTo(ErrorCode.BANNED.number());
        assertThat(said.getDetail()).isEqualTo("banned: scrapers");
        assertThat(said.getCloses()).isTrue();
        assertThat(said.getRetryAfterMs()).isBetween(1, 60_000);
    }

    private long inAMinute() {
        return platform.context.clock().millis() + 60_000;
    }

    private static Ban.Builder ofUser(String user) {
        return Ban.newBuilder().setId(1).setApp("demo").setUser(user);
    }

    private void awaitBans(int count) {
        await().until(() ->
                platform.context.meters().get("hawser.room.bans").gauge().value() == count);
    }
}
