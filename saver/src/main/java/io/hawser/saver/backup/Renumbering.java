package io.hawser.saver.backup;

import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.rpc.v1.StoredCursor;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Moves numbers of a backup to where its history goes on. Those of an app's broadcasts keep their distances, so all that
 * names one still does, and what clients were told since is below them: trimmed, as far as they know.
 */
final class Renumbering implements BackupReader.Visitor {
    /** Columns that name a broadcast of the row's app. */
    private static final Map<String, List<String>> OF_BROADCASTS = Map.of(
            "broadcast_app", List.of("watermark", "trimmed_to"),
            "broadcast_entry", List.of("bseq"),
            "broadcast_task", List.of("bseq"),
            "broadcast_progress", List.of("bseq"),
            "membership", List.of("since_bseq"),
            "endpoint_cursor", List.of("low"));

    /** Columns that are versions of the table that tells the newest. */
    private static final Map<String, String> VERSIONED_BY = Map.of(
            "directory_version", "directory_version",
            "app", "directory_version",
            "credential", "directory_version",
            "ban_version", "ban_version",
            "ban", "ban_version");

    private final History history;
    private final Map<String, Long> watermarks = new HashMap<>();
    private final Map<String, Long> versions = new HashMap<>();
    private final Set<String> apps = new HashSet<>();
    private @Nullable BackupHeader header;

    Renumbering(History history) {
        this.history = history;
    }

    @Override
    public void header(BackupHeader found) {
        header = found;
    }

    /** Learns what there is to move, before anything is. */
    @Override
    public void row(TableColumns table, byte[] @Nullable [] values) {
        switch (table.table()) {
            case "broadcast_app" -> watermarks.put(text(table, values, "app"), number(table, values, "watermark"));
            case "directory_version", "ban_version" -> versions.put(table.table(), number(table, values, "version"));
            case "app" -> apps.add(text(table, values, "id"));
            default -> {
                // Has no number that others count from.
            }
        }
    }

    @Nullable
    BackupHeader header() {
        return header;
    }

    /** Apps that have not broadcast anything: their numbers begin as high. */
    Set<String> appsWithoutBroadcasts() {
        Set<String> without = new HashSet<>(apps);
        without.removeAll(watermarks.keySet());
        return without;
    }

    /** Returns the row as it is from now on; null: it is none of the new history's. */
    byte @Nullable [] @Nullable [] moved(TableColumns table, byte[] @Nullable [] values) throws SQLException {
        if (table.table().equals("broadcast_change")) {
            // Followers read all that could have changed.
            return null;
        }
        for (String column : OF_BROADCASTS.getOrDefault(table.table(), List.of())) {
            add(table, values, column, shiftOfApp(text(table, values, "app")));
        }
        String versionedBy = VERSIONED_BY.get(table.table());
        if (versionedBy != null) {
            add(table, values, "version", shift(versions.getOrDefault(versionedBy, 0L)));
        }
        switch (table.table()) {
            case "broadcast_app" -> {
                set(table, values, "changed", history.numbersFrom());
                set(table, values, "changes_trimmed_to", history.numbersFrom());
            }
            // Who knows less reads all anew.
            case "ban_version" -> set(table, values, "forgotten", number(table, values, "version"));
            case "endpoint_cursor" -> moveCursor(table, values);
            default -> {
                // All else names things by names.
            }
        }
        return values;
    }

    private void moveCursor(TableColumns table, byte[] @Nullable [] values) throws SQLException {
        int at = table.indexOf("content");
        long by = shiftOfApp(text(table, values, "app"));
        byte[] content = values[at];
        if (content == null) {
            throw new SQLException("endpoint_cursor: no content");
        }
        try {
            StoredCursor cursor = StoredCursor.parseFrom(content);
            values[at] = cursor.toBuilder()
                    .setLow(cursor.getLow() + by)
                    .clearSeen()
                    .addAllSeen(moved(cursor.getSeenList(), by))
                    .clearMissing()
                    .addAllMissing(moved(cursor.getMissingList(), by))
                    .build()
                    .toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new SQLException("endpoint_cursor: a content that is none", e);
        }
    }

    private static List<Long> moved(List<Long> numbers, long by) {
        return numbers.stream().map(number -> number + by).toList();
    }

    private long shiftOfApp(String app) {
        return shift(watermarks.getOrDefault(app, 0L));
    }

    /** What has the newest number become the first of the new history. */
    private long shift(long newest) {
        return Math.max(0, history.numbersFrom() - newest);
    }

    private static void add(TableColumns table, byte[] @Nullable [] values, String column, long by) {
        if (values[table.indexOf(column)] != null) {
            set(table, values, column, number(table, values, column) + by);
        }
    }

    private static void set(TableColumns table, byte[] @Nullable [] values, String column, long number) {
        values[table.indexOf(column)] = Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    static long number(TableColumns table, byte[] @Nullable [] values, String column) {
        return Long.parseLong(text(table, values, column));
    }

    private static String text(TableColumns table, byte[] @Nullable [] values, String column) {
        byte[] value = values[table.indexOf(column)];
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }
}
