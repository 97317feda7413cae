package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Racing addresses, with sockets that listen, refuse, or never answer. */
class ConnectRaceTest {
    private static final long SPACING = TimeUnit.MILLISECONDS.toNanos(20);

    private final List<String> failed = new ArrayList<>();
    private final List<Socket> held = new ArrayList<>();
    private ServerSocket listening;

    @BeforeEach
    void listen() throws IOException {
        listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : held) {
            socket.close();
        }
        listening.close();
    }

    @Test
    void theFirstThatAnswersWins() throws Exception {
        ConnectRace.Winner winner = race(10).run(List.of(listeningAddress()), failed::add);
        held.add(winner.socket);

        assertThat(winner.address).isEqualTo(listeningAddress());
        assertThat(winner.socket.isConnected()).isTrue();
        assertThat(failed).isEmpty();
    }

    @Test
    void goesOnAtOnceWhenAnAddressRefuses() throws Exception {
        String closed = closedAddress();
        ConnectRace slow = new ConnectRace(new Dialer(null, "", 5000), Thread::new, TimeUnit.HOURS.toNanos(1), 10);

        ConnectRace.Winner winner = slow.run(List.of(closed, "nonsense", listeningAddress()), failed::add);
        held.add(winner.socket);

        assertThat(winner.address).isEqualTo(listeningAddress());
        assertThat(failed).containsExactly(closed, "nonsense");
    }

    @Test
    void doesNotWaitForAnAddressThatNeverAnswers() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String silent = "127.0.0.1:" + full.getLocalPort();
            fill(full);

            ConnectRace.Winner winner = race(10).run(List.of(silent, listeningAddress()), failed::add);
            held.add(winner.socket);

            assertThat(winner.address).isEqualTo(listeningAddress());
        }
    }

    @Test
    void saysWhyNoneWorked() throws Exception {
        String closed = closedAddress();

        assertThatThrownBy(() -> race(10).run(List.of(closed), failed::add)).hasMessageContaining(closed);
        assertThatThrownBy(() -> race(10).run(List.of(), failed::add)).hasMessage("no address to connect to");
    }

    @Test
    void makesNoMoreAttemptsThanItMay() throws Exception {
        assertThatThrownBy(() -> race(2).run(List.of("x", "y", listeningAddress()), failed::add))
                .isInstanceOf(IOException.class);
        assertThat(failed).containsExactly("x", "y");
    }

    @Test
    void readsAddressesOfBothFamilies() throws IOException {
        assertThat(Dialer.parse("[::1]:9000").getPort()).isEqualTo(9000);
        assertThat(Dialer.parse("127.0.0.1:1").getAddress().isLoopbackAddress()).isTrue();
        for (String wrong : List.of("", ":1", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "a:b")) {
            assertThatThrownBy(() -> Dialer.parse(wrong)).as(wrong).hasMessageStartingWith("address: " + wrong);
        }
    }

    private static ConnectRace race(int maxAttempts) {
        return new ConnectRace(new Dialer(null, "", 5000), Thread::new, SPACING, maxAttempts);
    }

    private String listeningAddress() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    private static String closedAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }

    /** Fills the queue of who waits to be accepted, until the system answers no further connection. */
    private void fill(ServerSocket full) {
        for (int i = 0; i < 20; i++) {
            Socket socket = new Socket();
            held.add(socket);
            try {
                socket.connect(full.getLocalSocketAddress(), 50);
            } catch (IOException e) {
                return;
            }
        }
        throw new AssertionError("the queue never filled");
    }
}
