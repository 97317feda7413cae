package io.hawser.saver.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.rpc.id.Seq;
import io.hawser.rpc.v1.StoredCursor;
import io.hawser.wire.HawserException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Numbers of a backup in the history that goes on from it. */
final class RenumberingTest {
    private static final Instant BEGUN = Instant.parse("2026-06-01T00:00:00Z");
    private static final TableColumns APP = new TableColumns("app", List.of("id", "version"));
    private static final TableColumns BROADCASTS = new TableColumns(
            "broadcast_app", List.of("app", "watermark", "trimmed_to", "changed", "changes_trimmed_to"));

    private final History history = new History(BEGUN.toEpochMilli());
    private final Renumbering renumbering = new Renumbering(history);
    private final long first = history.numbersFrom();

    @BeforeEach
    void learn() {
        renumbering.row(APP, row("demo", "3"));
        renumbering.row(APP, row("quiet", "4"));
        renumbering.row(BROADCASTS, row("demo", "107", "100", "55", "40"));
        renumbering.row(new TableColumns("directory_version", List.of("singleton", "version")), row("1", "4"));
        renumbering.row(
                new TableColumns("ban_version", List.of("singleton", "version", "forgotten")), row("1", "9", "2"));
    }

    @Test
    void anAppsBroadcastsKeepTheirDistancesBelowWhereItGoesOn() throws SQLException {
        assertThat(moved(BROADCASTS, "demo", "107", "100", "55", "40"))
                .containsExactly("demo", at(0), at(-7), at(0), at(0));
        assertThat(moved(new TableColumns("broadcast_entry", List.of("app", "bseq")), "demo", "105"))
                .containsExactly("demo", at(-2));
        assertThat(moved(new TableColumns("broadcast_task", List.of("app", "bseq")), "demo", null))
                .containsExactly("demo", null);
        assertThat(moved(new TableColumns("membership", List.of("app", "since_bseq")), "quiet", "0"))
                .containsExactly("quiet", at(0));
    }

    @Test
    void cursorsFollow() throws SQLException {
        TableColumns cursors = new TableColumns("endpoint_cursor", List.of("app", "low", "content"));
        StoredCursor cursor = StoredCursor.newBuilder()
                .setLow(103)
                .addSeen(105)
                .addMissing(102)
                .setFruitless(2)
                .build();
        byte[] @Nullable [] moved = Objects.requireNonNull(
                renumbering.moved(cursors, new byte[][] {bytes("demo"), bytes("103"), cursor.toByteArray()}));

        assertThat(texts(moved).get(1)).isEqualTo(at(-4));
        assertThat(moved[2])
                .isEqualTo(cursor.toBuilder()
                        .setLow(first - 4)
                        .setSeen(0, first - 2)
                        .setMissing(0, first - 5)
                        .build()
                        .toByteArray());
    }

    @Test
    void whoeverFollowsVersionsReadsAllAnew() throws SQLException {
        assertThat(moved(APP, "demo", "3")).containsExactly("demo", at(-1));
        assertThat(moved(new TableColumns("directory_version", List.of("singleton", "version")), "1", "4"))
                .containsExactly("1", at(0));
        assertThat(moved(new TableColumns("ban", List.of("id", "version")), "17", "8"))
                .containsExactly("17", at(-1));
        assertThat(moved(new TableColumns("ban_version", List.of("singleton", "version", "forgotten")), "1", "9", "2"))
                .containsExactly("1", at(0), at(0));
        assertThat(renumbering.moved(new TableColumns("broadcast_change", List.of("app", "number")), row("demo", "55")))
                .isNull();
    }

    @Test
    void appsWithoutBroadcastsBeginAsHigh() {
        assertThat(renumbering.appsWithoutBroadcasts()).containsExactly("quiet");
    }

    @Test
    void aLaterHistoryBeginsAboveAnEarlierAndFarBelowWhatJavaScriptHolds() {
        assertThat(new History(BEGUN.plusSeconds(1).toEpochMilli()).numbersFrom())
                .isGreaterThan(first + 1_000_000);
        assertThat(new History(Instant.parse("2100-01-01T00:00:00Z").toEpochMilli()).numbersFrom())
                .isLessThan(1L << 53);
    }

    @Test
    void generationsAreAboveAllThatAreKnownAndAboveThoseOfTheTime() {
        assertThat(history.generation(5)).isGreaterThan(5 + 1_000);
        assertThat(history.generation(1_000_000)).isGreaterThan(1_001_000);
        assertThat(new History(BEGUN.plus(Duration.ofHours(1)).toEpochMilli()).generation(5))
                .isGreaterThan(history.generation(5));
        assertThatThrownBy(() -> history.generation(Seq.MAX_GENERATION))
                .isInstanceOf(HawserException.class)
                .hasMessageContaining("expected: at most " + Seq.MAX_GENERATION);
    }

    private String at(long distance) {
        return Long.toString(first + distance);
    }

    private List<@Nullable String> moved(TableColumns table, @Nullable String... values) throws SQLException {
        return texts(Objects.requireNonNull(renumbering.moved(table, row(values))));
    }

    private static byte[] @Nullable [] row(@Nullable String... values) {
        byte[] @Nullable [] row = new byte[values.length][];
        for (int i = 0; i < values.length; i++) {
            String value = values[i];
            row[i] = value == null ? null : bytes(value);
        }
        return row;
    }

    private static List<@Nullable String> texts(byte[] @Nullable [] row) {
        List<@Nullable String> texts = new ArrayList<>();
        for (byte[] value : row) {
            texts.add(value == null ? null : new String(value, StandardCharsets.UTF_8));
        }
        return texts;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
