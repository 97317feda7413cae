package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What both stores promise, and what only the one of files can. */
class PositionStoreTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesBackWhatWasSavedLast(boolean files) throws IOException {
        try (PositionStore store = files ? open() : new MemoryPositionStore()) {
            assertThat(store.load()).isEqualTo(PositionStore.Position.NONE);
            for (long seq = 1; seq < 20; seq++) {
                PositionStore.Position position = new PositionStore.Position(seq << 32, seq + 1);
                store.save(position);
                assertThat(store.load()).isEqualTo(position);
            }
            assertThat(store.installationNonce())
                    .isEqualTo(store.installationNonce())
                    .hasSizeBetween(8, 32);
        }
    }

    @Test
    void outlivesTheProcess() throws IOException {
        byte[] nonce;
        try (PositionStore store = open()) {
            store.save(new PositionStore.Position(7, 8));
            nonce = store.installationNonce();
        }
        try (PositionStore store = open()) {
            assertThat(store.load()).isEqualTo(new PositionStore.Position(7, 8));
            assertThat(store.installationNonce()).isEqualTo(nonce);
            store.save(new PositionStore.Position(8, 0));
        }
        try (PositionStore store = open()) {
            assertThat(store.load()).isEqualTo(new PositionStore.Position(8, 0));
        }
    }

    @Test
    void keepsEndpointsApartAndTheNonceTogether() throws IOException {
        try (PositionStore alice = open();
                PositionStore bob = FilePositionStore.open(directory, "demo", "bob", "d1")) {
            alice.save(new PositionStore.Position(7, 0));
            assertThat(bob.load()).isEqualTo(PositionStore.Position.NONE);
            assertThat(bob.installationNonce()).isEqualTo(alice.installationNonce());
        }
    }

    @Test
    void isForOneClientAtATime() throws IOException {
        PositionStore first = open();
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("in use");
        first.close();
        open().close();
    }

    @Test
    void anInterruptThatTheListenerLeftBehindDoesNotCloseIt() throws IOException {
        PositionStore.Position seventh = new PositionStore.Position(7, 0);
        try (PositionStore store = open()) {
            Thread.currentThread().interrupt();
            store.save(new PositionStore.Position(6, 7));
            assertThat(Thread.interrupted()).isTrue();
            store.save(seventh);
        }
        try (PositionStore store = open()) {
            assertThat(store.load()).isEqualTo(seventh);
        }
    }

    @Test
    void clientsThatStartAtOnceShareTheNonce() throws Exception {
        CyclicBarrier together = new CyclicBarrier(8);
        try (ExecutorService starts = Executors.newFixedThreadPool(8)) {
            List<Future<String>> nonces = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String user = "user-" + i;
                nonces.add(starts.submit(() -> {
                    together.await();
                    try (PositionStore store = FilePositionStore.open(directory, "demo", user, "d1")) {
                        return HexFormat.of().formatHex(store.installationNonce());
                    }
                }));
            }
            Set<String> distinct = new HashSet<>();
            for (Future<String> nonce : nonces) {
                distinct.add(nonce.get());
            }
            assertThat(distinct).hasSize(1);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aTornWriteLeavesWhatWasThereBefore(long seed) throws IOException {
        Random random = new Random(seed);
        PositionStore.Position before = new PositionStore.Position(41, 0);
        PositionStore.Position torn = new PositionStore.Position(41, 42);
        try (PositionStore store = open()) {
            store.save(new PositionStore.Position(40, 0));
            store.save(before);
            store.save(torn);
        }
        Path file = positionFile();
        // The third save went to the second place.
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(32 + random.nextInt(32));
            int was = raw.read();
            raw.seek(raw.getFilePointer() - 1);
            raw.write(was ^ (1 << random.nextInt(8)));
        }
        try (PositionStore store = open()) {
            assertThat(store.load()).isEqualTo(before);
            store.save(torn);
            assertThat(store.load()).isEqualTo(torn);
        }
    }

    private PositionStore open() throws IOException {
        return FilePositionStore.open(directory, "demo", "alice", "d1");
    }

    private Path positionFile() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(".position")).toList();
            assertThat(found).hasSize(1);
            return found.get(0);
        }
    }
}
