package io.hawser.keeper;

import io.hawser.keeper.config.AdminListen;
import io.hawser.keeper.config.LinkListen;
import io.hawser.keeper.config.Secret;
import java.time.Duration;

/** The configuration of {@link Echo}. */
record EchoConfig(LinkListen link, AdminListen admin, String zone, Duration patience, int volume, Secret password) {
    EchoConfig {
        if (volume < 0 || volume > 11) {
            throw new IllegalArgumentException("volume: " + volume + " (expected: 0 to 11)");
        }
    }

    static EchoConfig defaults() {
        return new EchoConfig(
                LinkListen.defaults(), AdminListen.defaults(), "", Duration.ofSeconds(3), 5, Secret.none());
    }
}
