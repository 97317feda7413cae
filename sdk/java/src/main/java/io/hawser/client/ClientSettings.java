package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** What a client was built with. Not changed once it has started. */
final class ClientSettings {
    List<String> dispatchers = List.of();
    List<String> rooms = List.of();
    String app = "";
    String user = "";
    String device = "";
    String deviceClass = "";
    String clientVersion = "";
    Supplier<String> network = () -> "";
    TokenSource tokens = () -> {
        throw HawserException.refusal(
                ErrorCode.UNAUTHENTICATED, "token_source: none (expected: one that gives tokens)");
    };
    PushListener listener = message -> {};
    PositionStore store = new MemoryPositionStore();

    Duration heartbeat = Duration.ZERO;
    Duration connectTimeout = Duration.ofSeconds(5);
    Duration handshakeTimeout = Duration.ofSeconds(10);
    Duration bindTimeout = Duration.ofSeconds(30);
    Duration closeTimeout = Duration.ofSeconds(5);
    Duration connectSpacing = Duration.ofMillis(250);
    int connectAttempts = 8;
    Duration backOffBase = Duration.ofSeconds(1);
    Duration backOffCap = Duration.ofSeconds(60);
    Duration stableAfter = Duration.ofSeconds(60);
    int inboxCapacity = 1024;
    int listenerAttempts = 5;

    @Nullable
    SSLSocketFactory tls;

    String tlsName = "";
    ThreadFactory threads = ClientSettings::daemon;
    Ticker ticker = Ticker.SYSTEM;
    DoubleSupplier chance = () -> ThreadLocalRandom.current().nextDouble();

    BackOff newBackOff() {
        return new BackOff(backOffBase.toNanos(), backOffCap.toNanos(), chance);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }
}
