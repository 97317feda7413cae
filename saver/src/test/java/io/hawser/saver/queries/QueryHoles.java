package io.hawser.saver.queries;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;

/** What stands in the holes of statements, and after those that are the beginning of one. */
final class QueryHoles {
    private static final String KEYS =
            " WHERE ((slot = ? AND app = ? AND user = ?) OR (slot = ? AND app = ? AND user = ?))";
    private static final String LETTER = "(slot = ? AND app = ? AND user = ? AND seq = ? AND confirmed = TRUE)";
    private static final String HELD = "(slot = ? AND app = ? AND user = ? AND mailbox = ?)";
    private static final String OF_APP = "app = ? AND confirmed = TRUE";
    private static final String OF_USER = "app = ? AND user = ? AND confirmed = TRUE";
    private static final String OVER = "FROM ban WHERE lifted = ? AND expires_ms < ? ORDER BY expires_ms, id LIMIT ?";
    private static final String PLACED = "SELECT s.slice, s.lease_until_ms, t.app, t.urgent, ROW_NUMBER() OVER"
            + " (PARTITION BY s.task ORDER BY s.lease_until_ms > ? DESC, s.slice) AS place,"
            + " IF(t.members_per_second = 0, 4, LEAST(4, t.members_per_second)) AS places"
            + " FROM broadcast_slice s JOIN broadcast_task t ON t.task = s.task"
            + " WHERE t.bseq IS NULL AND s.finished = FALSE AND t.state = 2";
    private static final String IN_TURN = " ORDER BY turn, urgent DESC, slice LIMIT ?";
    private static final String UNFINISHED = "(1, 2, 3, 7)";

    private static final String GROUPED = " GROUP BY slot, app, user";
    private static final String TASK_IS_OVER = " AND state NOT IN " + UNFINISHED
            + " AND NOT EXISTS (SELECT 1 FROM broadcast_entry WHERE broadcast_entry.app = broadcast_task.app"
            + " AND broadcast_entry.bseq = broadcast_task.bseq)";
    private static final String STREAM_IS_OVER =
            " AND told <> 1 AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.stream = outbox_stream.stream)";
    /** What goes when its time is over: table, time, and what must hold besides. */
    private static final List<List<String>> PURGED = List.of(
            List.of("message", "expires_ms", ""),
            List.of("request", "accepted_ms", ""),
            List.of("tombstone", "at_ms", ""),
            List.of("mailbox_hold", "ended_ms", ""),
            List.of("mailbox_dead_letter", "buried_ms", ""),
            List.of("dead_letter", "buried_ms", ""),
            List.of("outbox_installation", "touched_ms", ""),
            List.of("outbox_stream", "touched_ms", STREAM_IS_OVER),
            List.of("body", "expires_ms", ""),
            List.of("body_request", "stored_ms", ""),
            List.of("broadcast_request", "accepted_ms", ""),
            List.of("broadcast_task", "expires_ms", TASK_IS_OVER),
            List.of("broadcast_progress", "at_ms", ""),
            List.of("broadcast_center", "seen_ms", ""),
            List.of("endpoint_cursor", "saved_ms", ""));

    /** By how they begin: what is put in, hole by hole; each list is a statement, and what follows the last hole its end. */
    private static final Map<String, List<List<String>>> FILLED = Map.ofEntries(
            of("DELETE \1", List.of(OVER)),
            of("SELECT \1 FROM ban_version", List.of("version")),
            of("UPDATE ban_version SET forgotten", List.of(OVER)),
            of("SELECT slice, lease_until_ms FROM (SELECT s.slice", List.of(IN_TURN)),
            of("SELECT slice, lease_until_ms FROM (SELECT slice", List.of(PLACED, IN_TURN)),
            of("SELECT s.slice, s.lease_until_ms, t.app", List.of("4")),
            of(
                    "DELETE FROM \1 WHERE task = ?",
                    List.of("broadcast_slice"),
                    List.of("broadcast_part"),
                    List.of("broadcast_part_hash"),
                    List.of("broadcast_list")),
            of(
                    "SELECT * FROM broadcast_task WHERE app = ? AND task < ?\1",
                    List.of(""),
                    List.of(" AND state IN " + UNFINISHED)),
            of(
                    "SELECT * FROM broadcast_task WHERE app = ? AND \1",
                    List.of("state = 2 AND bseq IS NOT NULL AND sliced_for <> ?"),
                    List.of("state IN " + UNFINISHED + " AND expires_ms <= ?")),
            of(
                    "SELECT DISTINCT app FROM broadcast_task WHERE \1 LIMIT",
                    List.of("state = 2 AND bseq IS NOT NULL AND sliced_for <> ?"),
                    List.of("state IN " + UNFINISHED + " AND expires_ms <= ?")),
            of("SELECT content FROM \1 WHERE id", List.of("app"), List.of("credential")),
            of("SELECT content FROM \1 WHERE version", List.of("app"), List.of("credential")),
            of("DELETE FROM \1 WHERE app = ? AND user = ?", List.of("membership"), List.of("endpoint_cursor")),
            of(
                    "SELECT \1 FROM \1 WHERE app = ? AND user IN \1",
                    List.of("app, user, device, content", "endpoint_cursor", "(?, ?)"),
                    List.of("app, user, device, group_name, since_bseq", "membership", "(?, ?)")),
            of(
                    "DELETE FROM \1 WHERE stream = ?",
                    List.of("outbox"),
                    List.of("dead_letter"),
                    List.of("outbox_installation")),
            of("DELETE FROM delivery_watch", List.of(" WHERE slot = ? AND app = ? AND user = ?")),
            of("DELETE FROM outbox_stream", List.of(" WHERE slot = ? AND app = ? AND user = ?")),
            of("(SELECT slot, app, user, \1 FROM request", List.of("request_id, seq", "100")),
            ofPurges("DELETE FROM \1 WHERE \1 < ?\1 ORDER BY", "1000"),
            ofPurges("SELECT \1 FROM \1 WHERE \1 < ?\1 ORDER BY", ""),
            of("SELECT slot, app, user, SUM(200 + LENGTH(content)) FROM message", List.of(KEYS + GROUPED)),
            of("SELECT slot, app, user, SUM(200 + LENGTH(chain)) FROM (\1", List.of(twice(newest("chain")))),
            of("SELECT slot, app, user, head, last_all", List.of(KEYS)),
            of(
                    "DELETE FROM \1 WHERE slot = ? AND app = ? AND user = ? AND seq <= ? ORDER BY",
                    List.of("message", "100"),
                    List.of("tombstone", "100")),
            of(
                    "DELETE FROM \1 WHERE slot = ? AND app = ? AND user = ? AND seq <= ? ORDER BY seq LIMIT 500",
                    List.of("message"),
                    List.of("tombstone")),
            of("SELECT slot, app, user, seq, target", List.of(KEYS + " ORDER BY slot, app, user, seq")),
            of(
                    "SELECT id, user, mailbox, seq, fruitless, buried_ms, COALESCE(header",
                    List.of(OF_APP),
                    List.of(OF_USER)),
            of(
                    "SELECT id, user, mailbox, seq, fruitless, buried_ms, content FROM mailbox_dead_letter WHERE \1\1",
                    List.of(OF_APP, " AND id > ?"),
                    List.of(OF_APP, " AND id IN (?, ?)"),
                    List.of(OF_USER, " AND id > ?"),
                    List.of(OF_USER, " AND id IN (?, ?)")),
            of(
                    "DELETE FROM mailbox_dead_letter WHERE \1",
                    List.of(OF_APP, ""),
                    List.of(OF_APP, " AND id IN (?, ?)"),
                    List.of(OF_USER, ""),
                    List.of(OF_USER, " AND id IN (?, ?)")),
            of("SELECT app, user, seq, mailbox FROM mailbox_dead_letter WHERE", List.of(LETTER + " OR " + LETTER)),
            of("SELECT app, user, mailbox, fruitless, ended_ms, ", List.of(HELD + " OR " + HELD)),
            of("SELECT state FROM incarnation WHERE id = ? \1", List.of("LOCK IN SHARE MODE"), List.of("FOR UPDATE")),
            of("DELETE FROM dead_letter WHERE app = ?\1", List.of(""), List.of(" AND id IN (?, ?)")),
            of("SELECT d.id, s.user", List.of(""), List.of(" AND d.id IN (?, ?)")),
            of(
                    "SELECT id, attempts, 0, last_error, content FROM dead_letter WHERE app = ?\1",
                    List.of(" AND id IN (?, ?)")),
            of(
                    "SELECT id, attempts, next_attempt_ms, last_error, content FROM outbox WHERE \1id",
                    List.of("app = ? AND ", "slot IN (7, 8)"),
                    List.of("", "slot IN (7, 8)")),
            of("SELECT stream, nonce, stored, touched_ms", List.of("stream IN (?, ?)")),
            of("SELECT app, user, device, stamp_version", List.of("slot IN (7, 8)", "")),
            of("SELECT app, user, seq, due_ms", List.of("slot IN (7, 8)")));

    private QueryHoles() {}

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static Map.Entry<String, List<List<String>>> of(String beginning, List<String>... filled) {
        return Map.entry(beginning, List.of(filled));
    }

    /** @param limit what follows; empty: nothing, and the time is what is read */
    private static Map.Entry<String, List<List<String>>> ofPurges(String beginning, String limit) {
        return Map.entry(
                beginning,
                PURGED.stream()
                        .map(row -> {
                            List<String> parts = new ArrayList<>(row);
                            parts.add(row.get(1));
                            if (limit.isEmpty()) {
                                parts.addFirst(row.get(1));
                            } else {
                                parts.add(limit);
                            }
                            return List.copyOf(parts);
                        })
                        .toList());
    }

    private static String newest(String columns) {
        return "(SELECT slot, app, user, " + columns
                + " FROM request WHERE slot = ? AND app = ? AND user = ? ORDER BY seq DESC LIMIT 100)";
    }

    private static String twice(String select) {
        return select + " UNION ALL " + select;
    }

    /** Returns the whole statements that a text stands for; it may be one already. */
    static List<String> fill(String text) {
        return FILLED.entrySet().stream()
                .filter(entry -> text.startsWith(entry.getKey()) && isMeant(entry.getKey(), text))
                .max((a, b) -> a.getKey().length() - b.getKey().length())
                .map(entry -> entry.getValue().stream()
                        .map(parts -> fill(text, parts))
                        .toList())
                .orElseGet(() -> List.of(text))
                .stream()
                .map(QueryHoles::fillLists)
                .toList();
    }

    /** A beginning without a condition is not that of a whole statement that has one. */
    private static boolean isMeant(String beginning, String text) {
        return text.contains(QueryTexts.HOLE) || !text.contains(" WHERE ") || beginning.contains(" WHERE ");
    }

    private static String fill(String text, List<String> parts) {
        List<String> left = new ArrayList<>(parts);
        String filled = text;
        while (filled.contains(QueryTexts.HOLE) && !left.isEmpty()) {
            filled = filled.replaceFirst(QueryTexts.HOLE, Matcher.quoteReplacement(left.removeFirst()));
        }
        return filled + String.join("", left);
    }

    private static String fillLists(String text) {
        return text.replace("IN (" + QueryTexts.HOLE + ")", "IN (?, ?)").replace("IN " + QueryTexts.HOLE, "IN (?, ?)");
    }
}
