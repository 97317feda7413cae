package io.hawser.keeper.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TcpProbeTest {
    private final TcpProbe probe = new TcpProbe(Duration.ofSeconds(5), 2);

    @Test
    void aPeerThatSpeaksAnswers() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Boolean> answered = probe.answers(peerAt(listening.getLocalPort()));
            try (Socket accepted = listening.accept()) {
                accepted.getOutputStream().write(0);
                assertThat(answered.join()).isTrue();
            }
        }
    }

    /** As of a process that was stopped: its kernel goes on to take connections. */
    @Test
    void aPeerThatTakesTheConnectionAndSaysNothingDoesNot() throws Exception {
        TcpProbe impatient = new TcpProbe(Duration.ofMillis(10), 2);
        try (ServerSocket listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            assertThat(impatient.answers(peerAt(listening.getLocalPort())).join())
                    .isFalse();
        }
    }

    @Test
    void aPeerWhosePortIsClosedDoesNot() throws Exception {
        int port;
        try (ServerSocket closedSoon = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            port = closedSoon.getLocalPort();
        }
        assertThat(probe.answers(peerAt(port)).join()).isFalse();
    }

    @Test
    void aPeerThatTakesNoLinksDoesNot() {
        assertThat(probe.answers(peerAt(0)).join()).isFalse();
    }

    private static Registration peerAt(int port) {
        return new Registration("room", "room-1", "127.0.0.1", port, "", 1, Map.of(), Instant.EPOCH, "test");
    }
}
