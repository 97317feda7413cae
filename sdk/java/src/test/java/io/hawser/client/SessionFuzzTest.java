package io.hawser.client;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the fuzzer once found is replayed, and a little is drawn by lot: the fuzzer itself runs on demand. */
final class SessionFuzzTest {
    private static final long SEED = Long.getLong("hawser.fuzz.seed", 1);
    private static final int PLAYS = Integer.getInteger("hawser.fuzz.plays", 300);
    private static final int LONGEST_BYTES = 400;
    private static final Path CORPUS = Path.of("src/test/resources/io/hawser/client/SessionFuzzInputs/standsItsRoom");

    @TestFactory
    Stream<DynamicTest> theClientStandsWhatWasFound() throws IOException {
        try (Stream<Path> files = Files.list(CORPUS)) {
            return files.sorted().toList().stream()
                    .map(file -> DynamicTest.dynamicTest(
                            file.getFileName().toString(), () -> SessionPlay.play(Files.readAllBytes(file))));
        }
    }

    @Test
    void theClientStandsWhatComesByLot() {
        for (int i = 0; i < PLAYS; i++) {
            Random random = new Random(SEED + i);
            byte[] input = new byte[random.nextInt(LONGEST_BYTES)];
            random.nextBytes(input);
            try {
                SessionPlay.play(input);
            } catch (Exception | Error found) {
                fail("seed " + (SEED + i) + ": " + HexFormat.of().formatHex(input), found);
            }
        }
    }
}
