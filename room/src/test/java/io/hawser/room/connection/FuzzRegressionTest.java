package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the fuzzers once found is replayed, and a little is drawn by lot: the fuzzers themselves run on demand. */
final class FuzzRegressionTest {
    private static final long SEED = Long.getLong("hawser.fuzz.seed", 1);
    private static final int PLAYS = Integer.getInteger("hawser.fuzz.plays", 400);
    private static final int LONGEST_BYTES = 400;
    private static final Path CORPUS = Path.of("src/test/resources/io/hawser/room/connection");

    @TestFactory
    Stream<DynamicTest> theConnectionStandsWhatWasFound() throws IOException {
        return corpus("ConnectionFuzzInputs/stands", ConnectionPlay::play);
    }

    @TestFactory
    Stream<DynamicTest> theCodecStandsWhatWasFound() throws IOException {
        return corpus("CodecFuzzInputs/agrees", CodecPlay::play);
    }

    private static Stream<DynamicTest> corpus(String folder, Consumer<byte[]> play) throws IOException {
        try (Stream<Path> files = Files.list(CORPUS.resolve(folder))) {
            return files.sorted().toList().stream()
                    .map(file -> DynamicTest.dynamicTest(
                            file.getFileName().toString(), () -> play.accept(Files.readAllBytes(file))));
        }
    }

    @Test
    void theConnectionStandsWhatComesByLot() {
        byLot(ConnectionPlay::play);
    }

    @Test
    void theCodecStandsWhatComesByLot() {
        byLot(CodecPlay::play);
    }

    private static void byLot(Consumer<byte[]> play) {
        for (int i = 0; i < PLAYS; i++) {
            Random random = new Random(SEED + i);
            byte[] input = new byte[random.nextInt(LONGEST_BYTES)];
            random.nextBytes(input);
            try {
                play.accept(input);
            } catch (RuntimeException | Error found) {
                fail("seed " + (SEED + i) + ": " + HexFormat.of().formatHex(input), found);
            }
        }
    }
}
