package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.center.http.ApiLimits;
import io.hawser.center.link.RepeatSettings;
import io.hawser.center.message.PushSettings;
import io.hawser.center.platform.Api;
import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.Platform;
import io.hawser.rpc.v1.CredentialKind;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What happens at each bound. */
class LimitsTest {
    private static final String HI = "{\"target\": {\"user\": \"alice\"}, \"text\": \"hi\"}";

    @Test
    void anAppThatSendsMoreASecondThanItMayIsToldWhenToComeBack() {
        try (Platform platform = Platform.start()) {
            platform.saver.directory.put(
                    Platform.app("slow").toBuilder().setMaxSendsPerSecond(2).build());
            Api slow = platform.api.with(
                    platform.keyOf(Platform.credential(CredentialKind.APP_KEY, "slow", Platform.ALL_SCOPES)));
            Answer refused =
                    await().until(() -> slow.post("/v1/apps/slow/messages:send", HI), answer -> answer.status() == 429);
            assertThat(refused.code()).isEqualTo("RESOURCE_EXHAUSTED");
            assertThat(refused.header("retry-after")).isEqualTo("1");
            Answer batch = slow.post(
                    "/v1/apps/slow/messages:batchSend", "{\"users\": [\"a\", \"b\", \"c\"], \"text\": \"hi\"}");
            assertThat(batch.detail()).startsWith("users: 3 (expected: at most 2, ");
        }
    }

    @Test
    void aSaverThatIsAwayIsToldAsUnavailableOnceTheBudgetIsSpent() {
        RepeatSettings quick = new RepeatSettings(
                Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofMillis(10), Duration.ofMillis(50), 10);
        try (Platform platform = Platform.start(config(ApiLimits.defaults(), quick, PushSettings.defaults()))) {
            HawserException lost = HawserException.refusal(ErrorCode.UNAVAILABLE, "saver: lost");
            platform.saver.refuseNext("alice", Collections.nCopies(1_000, lost).toArray(HawserException[]::new));
            Answer answer = platform.api.send(HI);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.code()).isEqualTo("UNAVAILABLE");
            assertThat(answer.header("retry-after")).isEqualTo("1");
            assertThat(platform.saver.appends).hasSizeGreaterThan(1);
        }
    }

    @Test
    void moreRequestsAtOnceThanMayBeAreRefused() {
        ApiLimits one = new ApiLimits(
                ApiLimits.defaults().maxRequestBytes(),
                1,
                100,
                Duration.ofMinutes(1),
                Duration.ofSeconds(10),
                ApiLimits.defaults().maxListRequestBytes(),
                1);
        try (Platform platform = Platform.start(config(one, RepeatSettings.defaults(), PushSettings.defaults()))) {
            platform.online("alice");
            platform.room.hold();
            String typing = "{\"target\": {\"user\": \"alice\"}, \"text\": \"…\", \"qos\": \"TRANSIENT\"}";
            CompletableFuture<Answer> first = CompletableFuture.supplyAsync(() -> platform.api.send(typing));
            await().until(() -> !platform.room.pushes.isEmpty());
            Answer second = platform.api.send(HI);
            assertThat(second.status()).isEqualTo(503);
            assertThat(second.header("retry-after")).isEqualTo("1");
            assertThat(second.detail()).isEqualTo("requests: too many at once (expected: at most 1)");
            platform.room.release();
            assertThat(first.join().status()).isEqualTo(200);
        }
    }

    @Test
    void pushesBeyondTheBoundAreDroppedAndCountedAndTheAnswerIsTheSame() {
        PushSettings one = new PushSettings(1, Duration.ofSeconds(10));
        try (Platform platform = Platform.start(config(ApiLimits.defaults(), RepeatSettings.defaults(), one))) {
            platform.online("alice");
            platform.room.hold();
            assertThat(platform.api.send(HI).status()).isEqualTo(200);
            await().until(() -> platform.room.pushes.size() == 1);
            assertThat(platform.api.send(HI).status()).isEqualTo(200);
            await().until(() -> platform.context
                            .meters()
                            .get("hawser.center.pushes.dropped")
                            .counter()
                            .count()
                    == 1);
            assertThat(platform.room.pushes).hasSize(1);
            platform.room.release();
        }
    }

    @Test
    void aCenterThatDrainsRefusesWhatIsNew() {
        try (Platform platform = Platform.start()) {
            platform.drain();
            Answer answer = platform.api.send(HI);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.code()).isEqualTo("DRAINING");
        }
    }

    private static CenterConfig config(ApiLimits limits, RepeatSettings repeats, PushSettings pushes) {
        CenterConfig defaults = CenterConfig.defaults();
        return new CenterConfig(
                defaults.zone(),
                defaults.link(),
                defaults.admin(),
                defaults.links(),
                defaults.api(),
                limits,
                defaults.directory(),
                repeats,
                defaults.lookups(),
                pushes,
                defaults.broadcasts());
    }
}
