package io.hawser.bench.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.History;
import io.hawser.bench.chaos.history.SessionPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process of devices that no platform is there for. */
final class PhonesTest {
    private static final Endpoint PHONE = new Endpoint("app", "alice", "phone-0");
    private static final Cast CAST =
            new Cast(Map.of(PHONE, Set.of()), Map.of("app", SessionPolicy.ONE_PER_DEVICE), Set.of());
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Mishaps mishaps = new Mishaps();

    @TempDir
    Path directory;

    @Test
    void aDeviceThatCannotDoAsItIsToldEndsTheRunWithItsCause() throws Exception {
        Path noDirectory = Files.writeString(directory.resolve("file"), "in the way");
        try (History history = new History(directory.resolve("history.jsonl"), 1_000);
                Phones phones = phones(noDirectory, history)) {
            phones.start(PHONE);
            assertThatThrownBy(() -> mishaps.await(PATIENCE, () -> false))
                    .hasMessageStartingWith("the run failed: device app/alice/phone-0, told to START: ");
        }
    }

    @Test
    void eventsThatFindNoPlaceEndTheRun() {
        try (History history = new History(directory.resolve("history.jsonl"), 0);
                Phones phones = phones(directory.resolve("phones"), history)) {
            phones.start(PHONE);
            assertThatThrownBy(() -> mishaps.await(PATIENCE, () -> false))
                    .hasMessageStartingWith("the run failed: what devices told: ")
                    .hasMessageContaining("the history has 0 events");
        }
    }

    @Test
    void devicesThatAreKilledOnPurposeAreNoMishap() {
        try (History history = new History(directory.resolve("history.jsonl"), 1_000);
                Phones phones = phones(directory.resolve("phones"), history)) {
            phones.start(PHONE);
            phones.kill();
            phones.revive();
        }
        mishaps.check();
    }

    @Test
    void thatDevicesStandStillIsInTheHistory() {
        try (History history = new History(directory.resolve("history.jsonl"), 1_000);
                Phones phones = phones(directory.resolve("phones"), history)) {
            phones.pause();
            phones.resume();
            assertThat(history.events()).hasExactlyElementsOfTypes(Event.Paused.class, Event.Resumed.class);
        }
        mishaps.check();
    }

    private Phones phones(Path disk, History history) {
        return new Phones(disk, List.of("http://127.0.0.1:1"), CAST, Map.of(PHONE, "token"), history, mishaps);
    }
}
