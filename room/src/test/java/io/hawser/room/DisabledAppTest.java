package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Unbound;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an app that is disabled means for its clients that are bound. */
class DisabledAppTest {
    private final TestPlatform platform = new TestPlatform();

    @AfterEach
    void stopThePlatform() {
        platform.close();
    }

    @Test
    void itsClientsAreUnboundAndThoseOfOthersAreNot() {
        platform.saver.apps.put("shop", Tokens.app("shop"));
        Bind ofShop = TestClient.bind("alice").toBuilder()
                .setApp("shop")
                .setBinding(2)
                .setToken(Tokens.of("shop", "alice"))
                .build();
        try (TestClient client = platform.connect().bound("bob", 0)) {
            client.bound(ofShop);

            disable("shop");

            Unbound unbound = client.expect(FrameType.UNBOUND, Unbound.parser());
            assertThat(unbound.getBinding()).isEqualTo(2);
            assertThat(unbound.getCode()).isEqualTo(ErrorCode.UNKNOWN_APP.number());
            await().until(() -> !platform.register.sessions.containsKey("alice"));
            platform.push("bob", 0, 0, "still here");
            assertThat(client.message().getBody().toStringUtf8()).isEqualTo("still here");
        }
    }

    private void disable(String app) {
        platform.saver.apps.put(
                app, Tokens.app(app).toBuilder().setDisabled(true).build());
    }
}
