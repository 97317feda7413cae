package io.hawser.room.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** What each build feeds a play without a fuzzer: what fuzzers once found, and a little that is drawn by lot. */
public final class Lots {
    private static final long SEED = Long.getLong("hawser.fuzz.seed", 1);
    private static final int PLAYS = Integer.getInteger("hawser.fuzz.plays", 400);
    private static final int LONGEST_BYTES = 400;
    private static final Path RESOURCES = Path.of("src/test/resources");

    private Lots() {}

    /** A test for each input of the corpus that Jazzer keeps for a target: what it finds, it writes there. */
    public static Stream<DynamicTest> corpus(Class<?> fuzz, String target, Consumer<byte[]> play) throws IOException {
        Path folder =
                RESOURCES.resolve(fuzz.getName().replace('.', '/') + "Inputs").resolve(target);
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> inputs = files.sorted().toList();
            assertThat(inputs).as("inputs in %s", folder).isNotEmpty();
            return inputs.stream()
                    .map(input -> DynamicTest.dynamicTest(
                            input.getFileName().toString(), () -> play.accept(Files.readAllBytes(input))));
        }
    }

    /** Plays what is drawn by lot; a failure names the seed that draws the same again. */
    public static void draw(Consumer<byte[]> play) {
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
