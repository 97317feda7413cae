package io.hawser.room.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a port's clients speak, which those are told who are sent elsewhere. */
final class ListenerTest {
    @Test
    void itsClientsSpeakWhatItIsSpokenToIn() {
        assertThat(of(ListenerKind.WSS).clientsTransport()).isEqualTo("wss");
        assertThat(of(ListenerKind.TCP, "10.0.0.1:7000", "10.1.0.1:7000").clientsTransport())
                .isEqualTo("tcp");
    }

    @Test
    void itsClientsSpeakWhatAProxyBetweenEnds() {
        assertThat(of(ListenerKind.TCP, "tls://rooms.test:443").clientsTransport())
                .isEqualTo("tls");
    }

    @Test
    void whereSomeComeByAProxyAndOthersDoNotNobodyKnows() {
        assertThat(of(ListenerKind.WS, "10.0.0.1:7003", "wss://rooms.test:443").clientsTransport())
                .isEmpty();
    }

    private static Listener of(ListenerKind kind, String... advertised) {
        return new Listener(kind, "127.0.0.1", 0, false, List.of(advertised), false);
    }
}
