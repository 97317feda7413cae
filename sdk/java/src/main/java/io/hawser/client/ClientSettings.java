package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** What a client was built with. Not changed once it has started. */
final class ClientSettings {
    private static final int MAX_ID_BYTES = 64;
    private static final Duration LONGEST = Duration.ofDays(7);

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
    List<String> groups = List.of();

    @Nullable
    BodySource bodies;

    int maxUplinks = 1000;
    long maxUplinkBytes = 4 << 20;
    int maxPulls = 1000;
    long maxPullBytes = 4 << 20;

    boolean compression = true;
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
    Duration changeSpacing = Duration.ofSeconds(1);
    int inboxCapacity = 1024;
    int listenerAttempts = 5;

    @Nullable
    SSLSocketFactory tls;

    String tlsName = "";
    ThreadFactory threads = ClientSettings::daemon;
    Ticker ticker = Ticker.SYSTEM;
    Clock clock = Clock.systemUTC();
    DoubleSupplier chance = () -> ThreadLocalRandom.current().nextDouble();

    BackOff newBackOff() {
        return new BackOff(backOffBase.toNanos(), backOffCap.toNanos(), chance);
    }

    ScheduledExecutorService newTimer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, threads);
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** @throws HawserException INVALID_ARGUMENT, naming what is missing or out of range */
    void check() {
        bounded("app", app);
        bounded("user", user);
        bounded("device", device);
        if (dispatchers.isEmpty() && rooms.isEmpty()) {
            throw invalid("dispatchers: none (expected: at least one, or rooms)");
        }
        SendLimits.check(groups);
        atLeastOne("max_uplinks", maxUplinks);
        atLeastOne("max_uplink_bytes", maxUplinkBytes);
        atLeastOne("listener_attempts", listenerAttempts);
        atLeastOne("inbox_capacity", inboxCapacity);
        positive("connect_timeout", connectTimeout);
        positive("back_off base", backOffBase);
        positive("back_off cap", backOffCap);
        positive("stable_after", stableAfter);
        positive("close_timeout", closeTimeout);
        if (!heartbeat.isZero()) {
            positive("heartbeat", heartbeat);
        }
    }

    static void bounded(String what, String value) {
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > MAX_ID_BYTES) {
            throw invalid(what + ": " + bytes + " bytes (expected: 1 to " + MAX_ID_BYTES + ")");
        }
    }

    private static void atLeastOne(String what, long value) {
        if (value < 1) {
            throw invalid(what + ": " + value + " (expected: 1 or more)");
        }
    }

    private static void positive(String what, Duration value) {
        if (value.toMillis() < 1 || value.compareTo(LONGEST) > 0) {
            throw invalid(what + ": " + value + " (expected: 1 ms to " + LONGEST + ")");
        }
    }

    static HawserException invalid(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }
}
