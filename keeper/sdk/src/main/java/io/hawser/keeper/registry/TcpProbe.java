package io.hawser.keeper.registry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to the peer's link port, and waits for its first word: a link's server speaks first (HTTP/2 SETTINGS). For one that
 * stands still, its kernel takes the connection, and nobody speaks. A dead process's port refuses at once; a dead host costs
 * the timeout of each try.
 */
final class TcpProbe implements Probe {
    private static final Logger LOG = LoggerFactory.getLogger(TcpProbe.class);
    private static final int AT_ONCE = 64;

    /** One that is alive may have much else to do, just when many are asked. */
    private static final int TIMEOUTS_FOR_A_WORD = 4;

    private final int timeoutMs;
    private final int tries;
    private final Semaphore permits = new Semaphore(AT_ONCE);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("keeper-probe-", 0).factory());

    TcpProbe(Duration timeout, int tries) {
        this.timeoutMs = Math.toIntExact(Math.max(1, timeout.toMillis()));
        this.tries = tries;
    }

    @Override
    public CompletableFuture<Boolean> answers(Registration peer) {
        return CompletableFuture.supplyAsync(() -> anyTryIsAnswered(peer), threads);
    }

    private boolean anyTryIsAnswered(Registration peer) {
        permits.acquireUninterruptibly();
        try {
            for (int attempt = 0; attempt < tries; attempt++) {
                if (speaks(peer)) {
                    return true;
                }
            }
            return false;
        } finally {
            permits.release();
        }
    }

    private boolean speaks(Registration peer) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(peer.host(), peer.port()), timeoutMs);
            socket.setSoTimeout(timeoutMs * TIMEOUTS_FOR_A_WORD);
            return socket.getInputStream().read() >= 0;
        } catch (IOException | IllegalArgumentException e) {
            LOG.debug("{} does not answer at {}:{}: {}", peer.name(), peer.host(), peer.port(), e.toString());
            return false;
        }
    }
}
