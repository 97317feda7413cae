package io.hawser.center.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.App;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Qos;
import org.junit.jupiter.api.Test;

/** How long a message lives that is sent again. */
final class DraftTest {
    private static final long SENT_MS = 1_000_000;
    private static final long NOW_MS = 90_000_000_000L;
    private static final long LIFE_MS = 60_000;

    @Test
    void itLivesAsLongAsItDid() {
        assertThat(expiryAgain(3_600, Qos.DURABLE, SENT_MS + LIFE_MS)).isEqualTo(NOW_MS + LIFE_MS);
    }

    @Test
    void itLivesNoLongerThanItsAppLetsMessagesLive() {
        assertThat(expiryAgain(30, Qos.DURABLE, SENT_MS + LIFE_MS)).isEqualTo(NOW_MS + 30_000);
        assertThat(expiryAgain(30, Qos.NOTIFY, NOW_MS + LIFE_MS)).isEqualTo(NOW_MS + 30_000);
        assertThat(expiryAgain(3_600, Qos.NOTIFY, NOW_MS + LIFE_MS))
                .as("its body is kept for so long")
                .isEqualTo(NOW_MS + LIFE_MS);
    }

    @Test
    void anAppThatWasStoredWithoutALimitHasTheLongest() {
        assertThat(expiryAgain(0, Qos.DURABLE, SENT_MS + LIFE_MS)).isEqualTo(NOW_MS + LIFE_MS);
        assertThat(expiryAgain(0, Qos.DURABLE, 0)).isEqualTo(NOW_MS + 365 * 86_400_000L);
    }

    private static long expiryAgain(int maxTtlSeconds, Qos qos, long expiresMs) {
        App app = App.newBuilder().setId("demo").setMaxTtlSeconds(maxTtlSeconds).build();
        Content content = Content.newBuilder()
                .setQos(qos)
                .setSentMs(SENT_MS)
                .setExpiresMs(expiresMs)
                .build();
        return Draft.again(app, "request", content, NOW_MS).expiresMs();
    }
}
