package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.center.platform.Api;
import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.CenterOnZooKeeper;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an operator changes in ZooKeeper while a center runs. */
class LiveConfigTest {
    private static final String HI = "{\"target\": {\"user\": \"alice\"}, \"text\": \"hi\"}";
    private static final String TYPING = "{\"target\": {\"user\": \"alice\"}, \"text\": \"…\", \"qos\": \"TRANSIENT\"}";

    private final CenterOnZooKeeper platform = CenterOnZooKeeper.start("limits: {maxConcurrentRequests: 1}");
    private final Api api = platform.api();

    @AfterEach
    void stopThePlatform() {
        platform.close();
    }

    @Test
    void moreRequestsAreLetInOnceTheLimitIsRaised() {
        platform.online("alice");
        platform.room.hold();
        CompletableFuture<Answer> first = CompletableFuture.supplyAsync(() -> api.send(TYPING));
        await().until(() -> !platform.room.pushes.isEmpty());
        assertThat(api.send(HI).detail()).isEqualTo("requests: too many at once (expected: at most 1)");

        platform.configure("limits: {maxConcurrentRequests: 2}");

        assertThat(api.send(HI).status()).isEqualTo(200);
        platform.room.release();
        assertThat(first.join().status()).isEqualTo(200);
    }

    @Test
    void aRequestEndsByTheTimeoutsThatHoldNow() {
        platform.online("alice");
        platform.room.hold();

        platform.configure("{limits: {requestTimeout: 200ms}, pushes: {timeout: 1m}}");

        assertThat(api.send(TYPING).status()).isEqualTo(504);
    }

    @Test
    void callsAreRepeatedByTheBackOffThatHoldsNow() {
        HawserException lost = HawserException.refusal(ErrorCode.UNAVAILABLE, "saver: lost");
        platform.saver.refuseNext("alice", lost);
        assertThat(api.send(HI).status()).isEqualTo(200);

        platform.configure("repeats: {minBackoff: 24h, maxBackoff: 24h}");

        platform.saver.refuseNext("alice", lost);
        assertThat(api.send(HI).status()).isEqualTo(503);
    }

    @Test
    void aChangeThatTakesARestartIsTold() {
        platform.configure("{zone: there, limits: {maxConnections: 5, maxConcurrentRequests: 3}}");
        await().untilAsserted(() -> assertThat(platform.keysThatNeedARestart()).isEqualTo(2));

        platform.configure("limits: {maxConcurrentRequests: 3}");
        await().untilAsserted(() -> assertThat(platform.keysThatNeedARestart()).isZero());
    }
}
