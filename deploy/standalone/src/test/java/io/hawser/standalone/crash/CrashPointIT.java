package io.hawser.standalone.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.standalone.cluster.Cluster;
import io.hawser.standalone.cluster.Conversation;
import io.hawser.standalone.cluster.Sender;
import io.hawser.standalone.command.RunningPlatform;
import io.hawser.standalone.crash.CrashPoint.Need;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A saver or a center ends between two of its steps; then it is started again. */
final class CrashPointIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int USERS = 6;
    private static final int LAST_MESSAGES = 5;
    private static final Duration BREATH = Duration.ofMillis(10);
    private static final List<String> SAVERS = List.of("saver-1", "saver-2");
    private static final List<String> MAY_DIE = List.of("saver-1", "saver-2", "center-1");

    /** A mailbox is held after one connection that acknowledges nothing, and what is sent is soon in its tables. */
    private static final Map<String, Map<String, String>> SETTINGS = Map.of(
            "room", Map.of("connections.fruitlessAfter", "500ms"),
            "saver", Map.of("holds.free", "1", "holds.first", "1s", "holds.max", "2s", "lanes.foldAfter", "3s"));

    @TempDir
    private static Path home;

    private static CrashPoints points;
    private static Cluster cluster;
    /** Of an app whose messages a saver's disk takes while MySQL takes none. */
    private static RunningPlatform available;
    /** By the point, for in an app that has letters already some are met before there is anything. */
    private static final Map<CrashPoint, RunningPlatform> skipping = new EnumMap<>(CrashPoint.class);

    @TempDir
    Path positions;

    @BeforeAll
    static void startTheCluster() throws Exception {
        points = new CrashPoints(home);
        cluster = Cluster.start(home, SETTINGS, List.of(points.jvmFlag()));
        available = cluster.withApp("available", Map.of("available", true));
        pointsWith(Need.SKIP).forEach(point -> skipping.put(point, skipping(point)));
    }

    @AfterAll
    static void stopTheCluster() {
        cluster.close();
    }

    /** Each is sent under a key, which is repeated until there is an answer: so just what was sent is to come, once. */
    @ParameterizedTest
    @MethodSource
    void whatIsSentComesOnceThoughAProcessEndsAt(CrashPoint point) throws Exception {
        List<Conversation> all = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
            all.add(conversation(point, user));
        }
        AtomicBoolean over = new AtomicBoolean();
        try {
            CompletableFuture<Void> sending = Conversation.inParallel(all, one -> sendUntil(over, one.sender()));
            Conversation.awaitAccepted(all, 3);
            if (point.isOfSpools()) {
                spool(point, all);
            } else {
                points.arm(point);
                bringAbout(point.need());
            }
            awaitEndAndStartAgain(point);
            // What is sent last comes behind all that a spool had.
            await("spools are empty").atMost(SOON).until(CrashPointIT::areSpoolsEmpty);
            over.set(true);
            sending.join();
            all.forEach(one -> awaitOnce(point, one));
        } finally {
            over.set(true);
            all.forEach(Conversation::close);
        }
    }

    static Stream<CrashPoint> whatIsSentComesOnceThoughAProcessEndsAt() {
        return Arrays.stream(CrashPoint.values())
                .filter(point ->
                        !EnumSet.of(Need.BROADCAST, Need.ERASURE, Need.SKIP).contains(point.need()));
    }

    @ParameterizedTest
    @MethodSource
    void aBroadcastComesOnceThoughACenterEndsAt(CrashPoint point) throws Exception {
        try (Announced announced = Announced.to(cluster.running(), point.name(), positions)) {
            announced.awaitListeners(cluster.room("room-1"), cluster.room("room-2"));
            points.arm(point);
            announced.begin();
            awaitEndAndStartAgain(point);
            announced.awaitOnce();
        }
    }

    static Stream<CrashPoint> aBroadcastComesOnceThoughACenterEndsAt() {
        return pointsWith(Need.BROADCAST);
    }

    @ParameterizedTest
    @MethodSource
    void aUserIsErasedAndBeginsAnewThoughASaverEndsAt(CrashPoint point) throws Exception {
        ErasedUser user = ErasedUser.of(cluster.running(), point.name(), positions);
        points.arm(point);
        CompletableFuture<Void> erasing = user.erase();
        awaitEndAndStartAgain(point);
        erasing.join();
        user.requireThatNothingIsLeft();
        user.beginAnew();
    }

    static Stream<CrashPoint> aUserIsErasedAndBeginsAnewThoughASaverEndsAt() {
        return pointsWith(Need.ERASURE);
    }

    @ParameterizedTest
    @MethodSource
    void whatIsSkippedIsALetterOrComesThoughASaverEndsAt(CrashPoint point) throws Exception {
        SkippedMailbox mailbox =
                SkippedMailbox.of(Objects.requireNonNull(skipping.get(point)), point.name(), positions);
        points.arm(point);
        mailbox.failUntil(() -> points.wasMet(point), cluster.room("room-1"));
        awaitEndAndStartAgain(point);
        if (point == CrashPoint.SAVER_LETTERS_BURIED) {
            mailbox.awaitAll();
        } else {
            mailbox.awaitTheRest();
        }
    }

    static Stream<CrashPoint> whatIsSkippedIsALetterOrComesThoughASaverEndsAt() {
        return pointsWith(Need.SKIP);
    }

    private static RunningPlatform skipping(CrashPoint point) {
        return cluster.withApp(point.name().toLowerCase(Locale.ROOT), Map.of("skipAfterHolds", 1));
    }

    private static Stream<CrashPoint> pointsWith(Need need) {
        return Arrays.stream(CrashPoint.values()).filter(point -> point.need() == need);
    }

    private static void awaitEndAndStartAgain(CrashPoint point) throws Exception {
        awaitMet(point);
        int ended = point.need() == Need.DEAD_SAVER ? 2 : 1;
        await(point + " ends a process").atMost(SOON).until(() -> dead().size() == ended);
        for (String process : dead()) {
            cluster.start(process);
        }
    }

    private Conversation conversation(CrashPoint point, int user) throws IOException {
        String name = point.name() + "." + user;
        return point.isOfSpools()
                ? Conversation.withNew(name, available, positions)
                : Conversation.with(name, cluster.running(), positions);
    }

    /** What another saver took meanwhile comes before what is in the spool of one that ended. */
    private static void awaitOnce(CrashPoint point, Conversation one) {
        if (point.isOfSpools()) {
            one.awaitExactlyInAnyOrder();
            // What a spool accepted has no name.
            assertThat(one.sender().names().stream().filter(name -> !name.isEmpty()))
                    .doesNotHaveDuplicates();
        } else {
            one.awaitExactly();
            assertThat(one.sender().names()).doesNotHaveDuplicates();
        }
    }

    private static void sendUntil(AtomicBoolean over, Sender sender) {
        while (!over.get()) {
            sender.sendWithKeys(1);
            LockSupport.parkNanos(BREATH.toNanos());
        }
        sender.sendWithKeys(LAST_MESSAGES);
    }

    private static void bringAbout(Need need) throws Exception {
        switch (need) {
            case FLUSHED_REDIS -> cluster.redis().flush();
            case DEAD_SAVER -> cluster.kill("saver-2");
            default -> {
                // What is sent is under way.
            }
        }
    }

    private static void spool(CrashPoint point, List<Conversation> all) throws Exception {
        boolean begins = point.need() == Need.SPOOL_THAT_BEGINS;
        if (begins) {
            points.arm(point);
        }
        cluster.pauseDatabase();
        try {
            if (!begins) {
                awaitSpooled(all);
                points.arm(point);
            }
            if (point.need() != Need.SPOOL_THAT_ENDS) {
                awaitMet(point);
            }
        } finally {
            cluster.resumeDatabase();
        }
    }

    /** Two more of each: the first may have been on its way to MySQL, and the second has not been anywhere else. */
    private static void awaitSpooled(List<Conversation> all) {
        List<Integer> before =
                all.stream().map(one -> one.sender().durabilities().size()).toList();
        await("spooled")
                .atMost(SOON)
                .until(() -> IntStream.range(0, all.size())
                        .allMatch(user -> all.get(user).sender().durabilities().stream()
                                        .skip(before.get(user))
                                        .filter("SPOOLED"::equals)
                                        .count()
                                >= 2));
    }

    private static void awaitMet(CrashPoint point) {
        await(point + " is met").atMost(SOON).until(() -> points.wasMet(point));
    }

    /** Their names alone are read: files come and go meanwhile. */
    private static boolean areSpoolsEmpty() throws IOException {
        for (String saver : SAVERS) {
            try (Stream<Path> files = Files.list(home.resolve("spool").resolve(saver))) {
                if (files.anyMatch(file -> file.toString().endsWith(".spool"))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static List<String> dead() {
        return MAY_DIE.stream().filter(process -> !cluster.isAlive(process)).toList();
    }
}
