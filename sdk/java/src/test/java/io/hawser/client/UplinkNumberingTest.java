package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.UplinkAck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A queue that began at a clock set back is numbered anew as a whole, or not at all. */
class UplinkNumberingTest extends PushClientHarness {
    private static final long HAD = 1_700_000_000_000_000L;

    @Test
    void aProcessKilledMeanwhileFindsTheQueueAsItWasOrAsItIsToBe() throws Exception {
        FakeRoom.Line line = sendThree();
        Path file = uplinks();
        byte[] before = Files.readAllBytes(file);
        Path untilReplaced = Files.createLink(directory.resolve("until-replaced"), file);
        line.uplinkAck(UplinkAck.newBuilder().setNumber(HAD));

        assertThat(awaitNumbers(line)).containsExactly(HAD + 1, HAD + 2, HAD + 3);
        assertThat(untilReplaced).hasBinaryContent(before);
        Path nextLife = Files.copy(file, directory.resolve("next-life"));
        try (DurableQueue queue = DurableQueue.open(nextLife, 10, 1 << 20)) {
            assertThat(queue.entries()).containsOnlyKeys(HAD + 1, HAD + 2, HAD + 3);
            assertThat(queue.lastNumber()).isEqualTo(HAD + 3);
        }
    }

    @Test
    void whileTheDiskRefusesItKeepsItsNumbersAndTriesAgain() throws Exception {
        FakeRoom.Line line = sendThree();
        Path file = uplinks();
        Files.delete(file);
        // Nothing can be moved over a folder that holds something.
        Path inTheWay = Files.createDirectories(file.resolve("in the way"));
        line.uplinkAck(UplinkAck.newBuilder().setNumber(HAD));
        assertThat(awaitNumbers(line)).containsExactly(1L, 2L, 3L);
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(listener.errors).singleElement().asString().contains("uplink store"));

        Files.delete(inTheWay);
        Files.delete(file);
        line.uplinkAck(UplinkAck.newBuilder().setNumber(HAD));
        assertThat(awaitNumbers(line)).containsExactly(HAD + 1, HAD + 2, HAD + 3);
    }

    private FakeRoom.Line sendThree() throws IOException {
        PushClient client = start(alice().storeIn(directory)
                .backOff(Duration.ofMillis(2), Duration.ofMillis(2))
                .clock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC)));
        for (String text : List.of("a", "b", "c")) {
            assertThat(client.send("orders", text)).isNotDone();
        }
        FakeRoom.Line line = room.acceptBound(0);
        assertThat(awaitNumbers(line)).containsExactly(1L, 2L, 3L);
        return line;
    }

    private static List<Long> awaitNumbers(FakeRoom.Line line) throws IOException {
        Uplink a = line.awaitUplink();
        Uplink b = line.awaitUplink();
        Uplink c = line.awaitUplink();
        assertThat(Stream.of(a, b, c).map(uplink -> uplink.getBody().toStringUtf8()))
                .containsExactly("a", "b", "c");
        return Stream.of(a, b, c).map(Uplink::getNumber).collect(Collectors.toList());
    }

    private Path uplinks() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".uplinks"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
