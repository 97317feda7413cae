package io.hawser.bench.chaos.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client, a relay and a server, each with a real socket. */
final class RelayTest {
    private static final int A_WHILE_MILLIS = 100;

    private ServerSocket server;
    private InetSocketAddress relayed;
    private Relay relay;
    private Socket client;
    private Socket served;
    private volatile String name = "";

    @BeforeEach
    void connect() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        relayed = free();
        relay = Relay.start(
                relayed, new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()), this::nameOf);
        client = new Socket(relayed.getAddress(), relayed.getPort());
        served = server.accept();
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
        client.close();
        served.close();
        server.close();
    }

    @Test
    void bytesPassBothWays() throws IOException {
        assertPasses(client, served);
        assertPasses(served, client);
    }

    @Test
    void aPartitionHoldsBackBothWaysUntilItIsOver() throws IOException {
        relay.cut(Way.BOTH);
        client.getOutputStream().write(1);
        served.getOutputStream().write(2);
        assertSilent(served);
        assertSilent(client);
        relay.open();
        assertThat(served.getInputStream().read()).isEqualTo(1);
        assertThat(client.getInputStream().read()).isEqualTo(2);
    }

    @Test
    void aServerMayBeDeafOrMute() throws IOException {
        relay.cut(Way.THERE);
        assertPasses(served, client);
        client.getOutputStream().write(1);
        assertSilent(served);
        relay.open();
        assertThat(served.getInputStream().read()).isEqualTo(1);
        relay.cut(Way.BACK);
        assertPasses(client, served);
        served.getOutputStream().write(2);
        assertSilent(client);
    }

    @Test
    void thoseOfOneNameMayBeCutOffAloneAndThoseThatComeWithItToo() throws IOException {
        relay.cut(Way.BOTH, "room-1"::equals);
        assertPasses(client, served);
        name = "room-1";
        try (Socket other = new Socket(client.getInetAddress(), client.getPort());
                Socket otherServed = server.accept()) {
            other.getOutputStream().write(1);
            otherServed.getOutputStream().write(2);
            assertSilent(otherServed);
            assertSilent(other);
            assertThat(relay.isConnected("room-1")).isTrue();
            assertPasses(client, served);
            assertPasses(served, client);
            relay.open();
            assertThat(otherServed.getInputStream().read()).isEqualTo(1);
            assertThat(other.getInputStream().read()).isEqualTo(2);
        }
    }

    @Test
    void whatWaitsForAnEndedConnectionWaitsNoMore() throws IOException {
        relay.cut(Way.BACK);
        served.getOutputStream().write(2);
        client.close();
        assertThat(served.getInputStream().read()).isEqualTo(-1);
        await().until(() -> !relay.isConnected(""));
    }

    @Test
    void anEndIsPassedOnAsItWas() throws IOException {
        assertPasses(client, served);
        client.setSoLinger(true, 0);
        client.close();
        assertThatThrownBy(() -> served.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    @Test
    void aStrandedConnectionIsSilentForGoodAndNeitherEndHearsThatTheOtherHasGone() throws IOException {
        assertPasses(client, served);
        relay.strand();
        client.getOutputStream().write(1);
        assertSilent(served);
        relay.open();
        assertSilent(served);
        client.close();
        assertSilent(served);
        try (Socket another = new Socket(relayed.getAddress(), relayed.getPort());
                Socket anotherServed = server.accept()) {
            assertPasses(another, anotherServed);
        }
    }

    @Test
    void aResetEndsConnectionsAtBothEndsAndOthersMayBeMade() throws IOException {
        assertPasses(client, served);
        relay.reset();
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> served.getInputStream().read()).isInstanceOf(SocketException.class);
        try (Socket next = new Socket(client.getInetAddress(), client.getPort());
                Socket nextServed = server.accept()) {
            assertPasses(next, nextServed);
        }
    }

    @Test
    void aSlowLinkIsSlowUntilItIsOpened() throws IOException {
        relay.slow(Duration.ofMillis(A_WHILE_MILLIS), 1_000);
        long beganNs = System.nanoTime();
        client.getOutputStream().write(new byte[100]);
        assertThat(served.getInputStream().readNBytes(100)).hasSize(100);
        assertThat(Duration.ofNanos(System.nanoTime() - beganNs))
                .isGreaterThanOrEqualTo(Duration.ofMillis(2 * A_WHILE_MILLIS));
        relay.open();
        assertPasses(client, served);
    }

    @Test
    void whoComesWhileTheServerIsDownIsTurnedAway() throws IOException {
        server.close();
        try (Socket late = new Socket(client.getInetAddress(), client.getPort())) {
            assertThatThrownBy(() -> late.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    private static void assertPasses(Socket from, Socket to) throws IOException {
        from.getOutputStream().write(42);
        assertThat(to.getInputStream().read()).isEqualTo(42);
    }

    private static void assertSilent(Socket socket) throws IOException {
        socket.setSoTimeout(A_WHILE_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(0);
    }

    private String nameOf(InetSocketAddress caller) {
        return name;
    }

    private static InetSocketAddress free() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), free.getLocalPort());
        }
    }
}
