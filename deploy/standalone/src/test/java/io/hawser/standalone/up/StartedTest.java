package io.hawser.standalone.up;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class StartedTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Progress progress = new Progress(new PrintStream(said, true, UTF_8));
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    @Test
    void aServiceThatAnOperatorDrainsIsToldToWhoRunsUp() {
        try (Started started = new Started()) {
            started.add(Part.ROOM, () -> {});
            started.watch(Part.ROOM, "room-1", stopped, progress);

            stopped.complete(null);

            assertThat(said.toString(UTF_8)).contains("room-1 was drained by an operator and stays down");
        }
    }

    @Test
    void whatUpItselfStopsIsNotCalledDrained() {
        Started started = new Started();
        started.add(Part.ROOM, () -> stopped.complete(null));
        started.watch(Part.ROOM, "room-1", stopped, progress);

        started.close();

        assertThat(stopped).isDone();
        assertThat(said.size()).isZero();
    }
}
