package io.hawser.keeper.revision;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.wire.HawserException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevisionTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void whatIsWrittenIsReadWhateverTheTextIs() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            String text = random.ints(random.nextInt(80), 1, 0x2FF)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            Revision revision = new Revision(random.nextInt(1, 999), text, AT, text, random.nextInt(99), text);
            assertThat(Revision.fromBytes(revision.toBytes()))
                    .as("seed " + seed)
                    .isEqualTo(revision);
        }
    }

    @Test
    void aTextThatIsNotTheOneThatWasWrittenIsRefused() {
        String written = new String(new Revision(1, "ann", AT, "", 0, "volume: 1").toBytes(), UTF_8);
        byte[] changed = written.replace("volume: 1", "volume: 2").getBytes(UTF_8);
        assertThatThrownBy(() -> Revision.fromBytes(changed))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("as it was written");
        assertThatThrownBy(() -> Revision.fromBytes("volume: 1".getBytes(UTF_8)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aPointerIsReadAsItWasWrittenAndToldApartFromAText() throws Exception {
        Canary canary = new Canary(8, "10%", List.of("room/room-1", "room/room-2"));
        for (Pointer pointer :
                List.of(new Pointer(9, 7, canary, "canary", "ann 2026"), new Pointer(9, 7, null, "abort", "ann"))) {
            String text = new String(pointer.toBytes(), UTF_8);
            assertThat(Pointer.isPointer(text)).isTrue();
            assertThat(Pointer.parse(text)).isEqualTo(pointer);
        }
        assertThat(Pointer.isPointer("{zone: east}")).isFalse();
    }

    @Test
    void onlyTheCanaryRunsWhatIsOnTrial() {
        Pointer pointer = new Pointer(8, 7, new Canary(8, "1", List.of("room/room-1")), "canary", "");
        assertThat(pointer.chosenFor("room", "room-1")).isEqualTo(8);
        assertThat(pointer.chosenFor("room", "room-2")).isEqualTo(7);
        assertThat(pointer.chosenFor("saver", "room-1")).isEqualTo(7);
    }

    @Test
    void scopesAreReadAsTheyAreWritten() {
        for (String text : List.of("cluster", "room", "room/room-1", "room/a.b_c-d")) {
            assertThat(Scope.parse(text)).hasToString(text);
        }
        assertThat(Scope.parse("cluster").pointerPath()).isEqualTo("/hawser/config");
        assertThat(Scope.parse("room/room-1").pointerPath()).isEqualTo("/hawser/config/room/room-1");
        assertThat(Scope.parse("room/room-1").covers("room", "room-2")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Room", "room/", "/room-1", "room/room-1/x", "../x", "room room"})
    void whatIsNoScopeIsRefused(String text) {
        assertThatThrownBy(() -> Scope.parse(text))
                .isInstanceOf(HawserException.class)
                .hasMessageEndingWith("(expected: cluster, SERVICE or SERVICE/INSTANCE)");
    }
}
