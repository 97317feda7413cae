package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was added is there after any end of the process; what was removed may be, once. */
class DurableQueueTest {
    @TempDir
    private Path directory;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void keepsWhatAModelKeeps(long seed) throws IOException {
        Random random = new Random(seed);
        Map<Long, String> model = new LinkedHashMap<>();
        long number = 0;
        DurableQueue queue = open();
        for (int step = 0; step < 400; step++) {
            int what = random.nextInt(10);
            if (what == 0) {
                queue.close();
                queue = open();
            } else if (what > 3 || model.isEmpty()) {
                String text = "x".repeat(random.nextInt(3000));
                number += 1 + random.nextInt(3);
                assertThat(queue.add(number, text.getBytes(StandardCharsets.UTF_8)))
                        .isTrue();
                model.put(number, text);
            } else {
                Long first = model.keySet().iterator().next();
                model.remove(first);
                queue.remove(first);
            }
            assertThat(texts(queue)).as("seed %d, step %d", seed, step).isEqualTo(model);
            assertThat(queue.lastNumber()).isEqualTo(number);
        }
        queue.close();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aTornRecordIsCutOffAndNothingBeforeIt(long seed) throws IOException {
        Random random = new Random(seed);
        long whole;
        try (DurableQueue queue = open()) {
            assertThat(queue.add(1, new byte[100])).isTrue();
            whole = Files.size(path());
            assertThat(queue.add(2, new byte[100])).isTrue();
        }
        long end = Files.size(path());
        try (RandomAccessFile file = new RandomAccessFile(path().toFile(), "rw")) {
            if (random.nextBoolean()) {
                file.setLength(whole + 1 + random.nextInt((int) (end - whole) - 1));
            } else {
                file.seek(whole + random.nextInt((int) (end - whole)));
                int before = file.read();
                file.seek(file.getFilePointer() - 1);
                file.write(before ^ 1 << random.nextInt(8));
            }
        }
        try (DurableQueue queue = open()) {
            assertThat(queue.entries()).containsOnlyKeys(1L);
            assertThat(queue.add(3, new byte[10])).isTrue();
        }
        try (DurableQueue queue = open()) {
            assertThat(queue.entries()).containsOnlyKeys(1L, 3L);
        }
    }

    @Test
    void isBoundedAndSmallAgainOnceItIsDone() throws IOException {
        try (DurableQueue queue = DurableQueue.open(path(), 2, 1 << 20)) {
            assertThat(queue.add(1, new byte[10])).isTrue();
            assertThat(queue.add(2, new byte[10])).isTrue();
            assertThat(queue.add(3, new byte[10])).isFalse();
            queue.remove(1);
            assertThat(queue.add(3, new byte[1 << 20])).isFalse();
            for (long number = 3; number < 100; number++) {
                assertThat(queue.add(number, new byte[30_000])).isTrue();
                queue.remove(number);
            }
            assertThat(Files.size(path())).isLessThan(400_000);
            assertThat(queue.entries()).containsOnlyKeys(2L);
        }
    }

    @Test
    void whatItCouldNotReadAgainIsNotTaken() throws IOException {
        try (DurableQueue queue = open()) {
            assertThatThrownBy(() -> queue.add(1, new byte[(1 << 20) + 1])).isInstanceOf(IOException.class);
            assertThat(queue.add(1, new byte[1 << 20])).isTrue();
            assertThat(queue.add(2, new byte[1])).isTrue();
        }
        try (DurableQueue queue = open()) {
            assertThat(queue.entries()).containsOnlyKeys(1L, 2L);
        }
    }

    @Test
    void anInterruptedThreadDoesNotCloseIt() throws IOException {
        try (DurableQueue queue = open()) {
            Thread.currentThread().interrupt();
            assertThat(queue.add(1, new byte[1])).isTrue();
            queue.remove(1);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(queue.add(2, new byte[1])).isTrue();
        }
        try (DurableQueue queue = open()) {
            assertThat(queue.entries()).containsOnlyKeys(2L);
        }
    }

    @Test
    void aFullDiskRefusesEntriesAndLeavesItAsItWas() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "SKIPPED: there is no device that is always full");
        DurableQueue queue = DurableQueue.open(full, 10, 1000);
        assertThatThrownBy(() -> queue.add(1, new byte[1])).isInstanceOf(IOException.class);
        assertThat(queue.entries()).isEmpty();
        assertThat(queue.lastNumber()).isZero();
        assertThatThrownBy(queue::close).isInstanceOf(IOException.class);
    }

    @Test
    void aFileThatCannotBeWrittenAnewIsGoneOnWithAndLeavesNoOthersBehind() throws IOException {
        try (DurableQueue queue = open()) {
            Files.delete(path());
            // Nothing can be moved over a folder that holds something.
            Files.createDirectories(path().resolve("in the way"));
            long failures = 0;
            for (long number = 1; number < 6; number++) {
                assertThat(queue.add(number, new byte[100_000])).isTrue();
                failures += failsToRemove(queue, number) ? 1 : 0;
            }
            assertThat(failures).isPositive();
            assertThat(queue.entries()).isEmpty();
            assertThat(directory.toFile().list()).containsExactly("queue");
        }
    }

    private static boolean failsToRemove(DurableQueue queue, long number) {
        try {
            queue.remove(number);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static Map<Long, String> texts(DurableQueue queue) {
        Map<Long, String> texts = new LinkedHashMap<>();
        queue.entries().forEach((number, entry) -> texts.put(number, new String(entry, StandardCharsets.UTF_8)));
        return texts;
    }

    private DurableQueue open() throws IOException {
        return DurableQueue.open(path(), 1000, 8 << 20);
    }

    private Path path() {
        return directory.resolve("queue");
    }
}
