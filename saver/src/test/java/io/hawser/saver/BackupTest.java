package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.id.Seq;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.saver.backup.Restore;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All that MySQL holds, written to a file under load, and loaded where everything was lost. */
final class BackupTest {
    private static final String PHONE = "class:phone";
    private static final int USERS = 8;

    private final LogCluster cluster = LogCluster.serving(Clock.systemUTC());
    private final List<LogCalls> users = IntStream.range(0, USERS)
            .mapToObj(n -> new LogCalls(cluster, "user " + n))
            .toList();

    @TempDir
    private Path home;

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void whatWasAcceptedBeforeIsThereAndNumbersGoOnAboveAllThatWereGiven() {
        Path file = home.resolve("backup");
        users.forEach(user -> user.open(PHONE));
        LogCalls alice = users.getFirst();
        alice.acknowledge(PHONE, alice.append("acknowledged").getSeq());
        cluster.awaitFolded();
        Load load = new Load();
        await().until(() -> load.accepted() > 100);
        Map<LogCalls, List<String>> before = load.copy();

        assertThat(cluster.backUp(file).rows()).isPositive();

        await().until(() -> load.accepted() > 300);
        load.end();
        int generation = cluster.generation(alice.user);
        List<Long> lost =
                users.stream().map(user -> user.append("lost").getSeq()).toList();
        cluster.loseEverything();
        Restore.Summary restored = cluster.restore(file, false);
        assertThat(restored.generation()).isGreaterThan(generation);
        cluster.connect();
        cluster.startNode("saver-2");
        cluster.awaitOwners();
        cluster.awaitRedis();

        before.forEach((user, texts) ->
                assertThat(user.texts(PHONE)).containsSubsequence(texts).doesNotContain("acknowledged", "lost"));
        for (int n = 0; n < USERS; n++) {
            OpenMailboxReply ahead = users.get(n).open(PHONE, lost.get(n));
            assertThat(ahead.getReset()).isTrue();
            AppendReply next = users.get(n).append("next");
            assertThat(next.getSeq()).isGreaterThan(lost.get(n));
            assertThat(Seq.generation(next.getSeq())).isGreaterThanOrEqualTo(restored.generation());
            assertThat(users.get(n).texts(PHONE)).endsWith("next");
        }
    }

    /** Messages that nothing but the journal had are folded by whoever takes the slots. */
    @Test
    void redisMayHaveKeptWhatTheRestoredHistoryDoesNotKnow() {
        Path file = home.resolve("backup");
        LogCalls alice = users.getFirst();
        alice.open(PHONE);
        alice.append("before");
        cluster.backUp(file);
        alice.append("lost");
        cluster.crashNode("saver-1");
        cluster.disconnect();

        cluster.restore(file, true);
        cluster.connect();
        cluster.startNode("saver-1");
        cluster.awaitOwners();

        alice.insist("after");
        assertThat(alice.texts(PHONE)).containsExactly("before", "after");
    }

    @Test
    void itIsRefusedWhereSaversRunOrTheDatabaseIsNotEmptyOrTheFileNotWhole() throws Exception {
        Path file = home.resolve("backup");
        cluster.backUp(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertRefused(ErrorCode.ALREADY_EXISTS, "is there", () -> cluster.backUp(file));
        assertRefused(ErrorCode.FAILED_PRECONDITION, "connections of others", () -> cluster.restore(file, true));

        byte[] bytes = Files.readAllBytes(file);
        Path cut = Files.write(home.resolve("cut"), Arrays.copyOf(bytes, bytes.length / 2));
        bytes[bytes.length / 2] ^= 1;
        Path damaged = Files.write(home.resolve("damaged"), bytes);
        Path other = Files.writeString(home.resolve("other"), "no backup at all, by its first bytes");
        for (Path bad : List.of(cut, damaged, other)) {
            assertRefused(ErrorCode.INVALID_ARGUMENT, "expected: a whole backup", () -> cluster.restore(bad, true));
        }

        cluster.crashNode("saver-1");
        cluster.disconnect();
        assertRefused(ErrorCode.FAILED_PRECONDITION, "tables", () -> cluster.restore(file, false));
    }

    private static void assertRefused(ErrorCode code, String why, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(HawserException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e).hasMessageContaining(why);
        });
    }

    /** Each user is sent one message after the other, all at once. */
    private final class Load {
        private final Map<LogCalls, List<String>> accepted = new ConcurrentHashMap<>();
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Thread> senders = users.stream()
                .map(user -> Thread.startVirtualThread(() -> send(user)))
                .toList();

        private void send(LogCalls user) {
            List<String> texts = new CopyOnWriteArrayList<>();
            accepted.put(user, texts);
            for (int n = 0; !over.get(); n++) {
                user.append("message " + n);
                texts.add("message " + n);
            }
        }

        int accepted() {
            return accepted.values().stream().mapToInt(List::size).sum();
        }

        Map<LogCalls, List<String>> copy() {
            Map<LogCalls, List<String>> copy = new ConcurrentHashMap<>();
            accepted.forEach((user, texts) -> copy.put(user, List.copyOf(texts)));
            return copy;
        }

        void end() {
            over.set(true);
            for (Thread sender : senders) {
                try {
                    sender.join();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }
}
