package io.hawser.keeper.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hawser.keeper.admin.Page;
import io.hawser.keeper.zookeeper.KeeperLoop;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records what this process does, by the JDK's Flight Recorder, and hands the file out on the admin port: at a path that
 * nobody can guess and only the order's giver is told, once, for five minutes. Argument: {@code seconds}.
 *
 * <p>One recording at a time, of 64 MiB at most (beyond that its oldest part is dropped); one file is kept.
 */
public final class Profiler implements OrderHandler, AutoCloseable {
    public static final int MOST_SECONDS = 300;
    /** All that is handed out is below it. */
    public static final String PATH = "/profile/";

    private static final Logger LOG = LoggerFactory.getLogger(Profiler.class);
    private static final String SETTINGS = "profile";
    /** What the settings ask once a second or less: a short recording would have none of it. */
    private static final List<String> OFTEN = List.of("jdk.CPULoad", "jdk.JavaThreadStatistics");

    private static final Duration PERIOD = Duration.ofMillis(200);
    private static final long MOST_BYTES = 64L << 20;
    private static final Duration KEPT = Duration.ofMinutes(5);
    private static final int SECRET_BYTES = 16;

    private final KeeperLoop loop;
    private final SecureRandom chance = new SecureRandom();
    private final AtomicBoolean recording = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicReference<@Nullable Offer> offer = new AtomicReference<>();

    /** A file that waits to be fetched. */
    private record Offer(String path, Path file) {}

    public Profiler(KeeperLoop loop) {
        this.loop = loop;
    }

    /**
     * Checks what an operator wants, before it is sent or done.
     *
     * @throws HawserException with INVALID_ARGUMENT when it is out of range
     */
    public static void check(int seconds) {
        if (seconds < 1 || seconds > MOST_SECONDS) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "seconds: " + seconds + " (expected: 1 to " + MOST_SECONDS + ")");
        }
    }

    @Override
    public void handle(ObjectNode arguments, Answer answer) {
        int seconds = arguments.path("seconds").asInt();
        check(seconds);
        if (!recording.compareAndSet(false, true)) {
            throw HawserException.refusal(
                    ErrorCode.FAILED_PRECONDITION, "profile: another one is being taken (expected: one at a time)");
        }
        answer.accepted("records for " + seconds + " s");
        Thread.ofPlatform().daemon().name("keeper-profile").start(() -> record(seconds, answer));
    }

    /** Returns the file at this path of the admin port; it is gone once it was fetched. */
    public Optional<Page> page(String path) {
        Offer now = offer.get();
        return now != null && now.path().equals(path)
                ? Optional.of(Page.file(now.file(), () -> withdraw(now)))
                : Optional.empty();
    }

    /** Ends a recording under way, unanswered, and drops the file. */
    @Override
    public void close() {
        closed.countDown();
        Offer now = offer.get();
        if (now != null) {
            withdraw(now);
        }
    }

    private void record(int seconds, Answer answer) {
        try (Recording taken = new Recording(Configuration.getConfiguration(SETTINGS))) {
            taken.setName("hawser");
            taken.setMaxSize(MOST_BYTES);
            OFTEN.forEach(event -> taken.enable(event).withPeriod(PERIOD));
            taken.start();
            if (closed.await(seconds, TimeUnit.SECONDS)) {
                answer.refused("profile: the instance ends");
                return;
            }
            taken.stop();
            publish(taken, answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | ParseException | RuntimeException e) {
            LOG.error("The profile could not be taken", e);
            answer.refused("profile: cannot be taken here: " + e);
        } finally {
            recording.set(false);
        }
    }

    private void publish(Recording taken, Answer answer) throws IOException {
        Path file = Files.createTempFile("hawser-", ".jfr");
        taken.dump(file);
        Offer made = new Offer(PATH + secret(), file);
        Offer before = offer.getAndSet(made);
        if (before != null) {
            delete(before.file());
        }
        loop.after(KEPT, () -> withdraw(made));
        answer.done(
                "recorded",
                JsonNodeFactory.instance.objectNode().put("path", made.path()).put("bytes", Files.size(file)));
    }

    private void withdraw(Offer gone) {
        if (offer.compareAndSet(gone, null)) {
            delete(gone.file());
        }
    }

    private String secret() {
        byte[] secret = new byte[SECRET_BYTES];
        chance.nextBytes(secret);
        return HexFormat.of().formatHex(secret);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} is left behind: {}", file, e.toString());
        }
    }
}
