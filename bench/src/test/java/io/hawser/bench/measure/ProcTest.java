package io.hawser.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What Linux tells of this very process. */
@EnabledOnOs(OS.LINUX)
final class ProcTest {
    @Test
    void workCostsCpu() {
        Proc self = Proc.of(ProcessHandle.current().pid());
        long before = self.cpuMicros();
        await().until(() -> LongStream.range(0, 5_000_000).map(i -> i * i).sum() != 0 && self.cpuMicros() > before);
    }

    @Test
    void aThreadIsFoundByItsName() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        Thread named = Thread.ofPlatform().name("some (odd) name").start(() -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        await().until(() -> Proc.self().cpuMicrosByThread().containsKey("some (odd) name"));
        end.countDown();
        named.join();
    }

    @Test
    void connectionsAreCountedByTheirPort() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket first = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket second = new Socket(server.getInetAddress(), server.getLocalPort())) {
            assertThat(first.isConnected() && second.isConnected()).isTrue();
            assertThat(Proc.connectionsTo(Set.of(server.getLocalPort()))).isEqualTo(2);
            assertThat(Proc.self().listensOn(server.getLocalPort())).isTrue();
            assertThat(Proc.of(1).listensOn(server.getLocalPort())).isFalse();
        }
    }

    @Test
    void whoHasTheOtherEndOfAConnectionIsFound() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            long self = ProcessHandle.current().pid();
            assertThat(Proc.connected(List.of(1L, self), client.getLocalPort(), server.getLocalPort()))
                    .contains(self);
            assertThat(Proc.connected(List.of(1L), client.getLocalPort(), server.getLocalPort()))
                    .isEmpty();
            assertThat(Proc.connected(List.of(self), client.getLocalPort(), client.getLocalPort()))
                    .isEmpty();
        }
    }

    @Test
    void whatWasUsedBetweenTwoReadingsIsTheDifferenceByCost() {
        assertThat(Processes.between(Map.of("a", 5L, "b", 7L), Map.of("a", 6L, "b", 7L, "c", 9L)))
                .containsExactly(Map.entry("c", 9L), Map.entry("a", 1L));
    }
}
