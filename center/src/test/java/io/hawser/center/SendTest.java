package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.Platform;
import io.hawser.rpc.v1.PushRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Content;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SendTest {
    private Platform platform;

    @BeforeAll
    void startThePlatform() {
        platform = Platform.start();
    }

    @AfterAll
    void stopThePlatform() {
        platform.close();
    }

    @Test
    void aSendAnswersWithTheMessagesNameOnceItIsStored() {
        Answer answer = platform.api.send("""
                {"target": {"user": "alice"}, "qos": "DURABLE", "text": "hi"}""");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.http().body())
                .isEqualTo("{\"name\":\"apps/demo/users/alice/messages/4294967297\","
                        + "\"accepted\":\"2026-09-21T14:13:20.123Z\",\"durability\":\"STRICT\"}");
    }

    @Test
    void theAnswerDoesNotWaitForThePush() throws Exception {
        platform.online("bob");
        platform.room.hold();
        Answer answer = platform.api.send("""
                {"target": {"user": "bob"}, "text": "hi"}""");
        assertThat(answer.status()).isEqualTo(200);
        await().until(() -> pushesTo("bob") == 1);
        platform.room.release();
        PushRequest push = platform.room.pushes.stream()
                .filter(one -> one.getUser().equals("bob"))
                .findFirst()
                .orElseThrow();
        assertThat(push.getLocation().getConnection()).isEqualTo(5);
        Content content = Content.parseFrom(push.getContent());
        assertThat(content.getBody().toStringUtf8()).isEqualTo("hi");
        assertThat(content.getText()).isTrue();
        assertThat(content.getId()).isEqualTo(answer.header("x-request-id"));
    }

    @Test
    void anAppendWhoseOutcomeIsUnknownIsRepeatedUnderTheSameRequestId() {
        platform.saver.refuseNext(
                HawserException.refusal(ErrorCode.NOT_OWNER, "moved"),
                HawserException.refusal(ErrorCode.UNAVAILABLE, "lost"));
        Answer answer = platform.api.send("""
                {"target": {"user": "carol"}, "text": "hi"}""");
        assertThat(answer.status()).isEqualTo(200);
        var appends = platform.saver.appends.stream()
                .filter(append -> append.getUser().equals("carol"))
                .toList();
        assertThat(appends).hasSize(3);
        assertThat(appends.stream().map(append -> append.getRequestId()).distinct())
                .hasSize(1);
        assertThat(answer.json().path("name").asText()).isEqualTo("apps/demo/users/carol/messages/4294967297");
    }

    private long pushesTo(String user) {
        return platform.room.pushes.stream()
                .filter(push -> push.getUser().equals(user))
                .count();
    }
}
