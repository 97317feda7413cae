package io.hawser.saver.journal;

import com.google.protobuf.ByteString;
import io.hawser.saver.v1.Appended;
import io.hawser.saver.v1.JournalBatch;
import io.hawser.saver.v1.JournalEntry;
import io.hawser.saver.v1.Mailboxes;
import io.hawser.stores.EmbeddedMariaDb;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A row a message against a journal row a commit, on a real MariaDB that syncs each commit: bodies of 256 bytes to 5,000
 * users, with 0, 10 or 100 % of them still unacknowledged when they are folded. In the way of rows, those that are
 * acknowledged are deleted by log, in the same portions as folds.
 */
public final class JournalBenchmark {
    private static final int USERS = 5_000;
    private static final int FOLD_MESSAGES = 20_000;
    private static final ByteString CONTENT = ByteString.copyFrom(new byte[256]);

    private JournalBenchmark() {}

    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 4;
        try (EmbeddedMariaDb mariaDb = EmbeddedMariaDb.temporary()) {
            try (Database database = TestDatabase.open(mariaDb)) {
                for (int batch : new int[] {16, 64, 256}) {
                    for (int survivors : new int[] {0, 10, 100}) {
                        Run run = new Run(database, batch, survivors);
                        measure("journal", run, run::journal, mariaDb.pid(), seconds);
                        measure("rows   ", run, run::rows, mariaDb.pid(), seconds);
                    }
                }
            }
        }
    }

    private interface Way {
        /** Commits one batch, and folds when it is time. */
        void commit(long number) throws SQLException;
    }

    private static void measure(String name, Run run, Way way, long pid, int seconds) throws SQLException {
        run.reset();
        Duration cpu = cpu(pid);
        long began = System.nanoTime();
        long batches = 0;
        while (System.nanoTime() - began < seconds * 1_000_000_000L) {
            way.commit(++batches);
        }
        run.finish();
        double took = (System.nanoTime() - began) / 1e9;
        long messages = batches * run.batch;
        System.out.println(String.format(
                Locale.ROOT,
                "| %s | %d | %d %% | %.0f | %.1f |",
                name,
                run.batch,
                run.survivors,
                messages / took,
                cpu(pid).minus(cpu).toNanos() / 1e3 / messages));
    }

    private static Duration cpu(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }

    private static final class Run {
        final int batch;
        final int survivors;
        private final Database database;
        private final Journal journal;
        private final Folds folds;
        private final List<Appended> unfolded = new ArrayList<>();
        private final List<Long> batches = new ArrayList<>();
        private long seq;

        Run(Database database, int batch, int survivors) throws SQLException {
            this.database = database;
            this.batch = batch;
            this.survivors = survivors;
            this.journal = new Journal(database.logs());
            this.folds = new Folds(database.logs());
        }

        void reset() throws SQLException {
            unfolded.clear();
            batches.clear();
            seq = 0;
            for (String table : List.of("journal", "message", "user_log", "incarnation")) {
                update("TRUNCATE TABLE " + table);
            }
            update("INSERT INTO incarnation (id, node, life, state, started_ms) VALUES (1, 'bench', 1, 'ALIVE', 0)");
        }

        void journal(long number) {
            JournalBatch.Builder payload = JournalBatch.newBuilder();
            for (int i = 0; i < batch; i++) {
                Appended message = message();
                unfolded.add(message);
                payload.addEntries(JournalEntry.newBuilder()
                        .setApp("bench")
                        .setUser(user(message))
                        .setAppended(message));
            }
            journal.write(1, number, 0, payload.build().toByteArray());
            batches.add(number);
            if (unfolded.size() >= FOLD_MESSAGES) {
                fold(List.copyOf(batches));
            }
        }

        void rows(long number) throws SQLException {
            try (Connection connection = database.logs().getConnection();
                    PreparedStatement insert = connection.prepareStatement(
                            "INSERT INTO message (slot, app, user, seq, target, expires_ms, collapse_key, content)"
                                    + " VALUES (?, 'bench', ?, ?, '', 0, '', ?)")) {
                connection.setAutoCommit(false);
                for (int i = 0; i < batch; i++) {
                    Appended message = message();
                    unfolded.add(message);
                    insert.setInt(1, slot(message));
                    insert.setBytes(2, user(message).getBytes(StandardCharsets.UTF_8));
                    insert.setLong(3, message.getSeq());
                    insert.setBytes(4, message.getContent().toByteArray());
                    insert.addBatch();
                }
                insert.executeBatch();
                connection.commit();
                connection.setAutoCommit(true);
            }
            if (unfolded.size() >= FOLD_MESSAGES) {
                fold(List.of());
            }
        }

        /** What is left at the end counts too. */
        void finish() {
            fold(List.copyOf(batches));
        }

        /** For the rows there is nothing to insert any more; both delete what is acknowledged, and write the logs' numbers. */
        private void fold(List<Long> folded) {
            Map<String, List<Appended>> byUser = new HashMap<>();
            unfolded.forEach(message -> byUser.computeIfAbsent(user(message), user -> new ArrayList<>())
                    .add(message));
            List<LogFold> logs = new ArrayList<>();
            byUser.forEach((user, messages) -> logs.add(fold(user, messages, !folded.isEmpty())));
            try {
                folds.write(1, logs, folded, Map.of(), 0);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            unfolded.clear();
            batches.clear();
        }

        private LogFold fold(String user, List<Appended> messages, boolean insert) {
            Appended last = messages.getLast();
            boolean acknowledged = Math.floorMod(user.hashCode(), 100) >= survivors;
            long settled = acknowledged ? last.getSeq() : 0;
            List<Appended> rows = insert && !acknowledged ? messages : List.of();
            return new LogFold(
                    slot(last),
                    "bench",
                    user,
                    last.getSeq(),
                    last.getSeq(),
                    0,
                    Mailboxes.getDefaultInstance(),
                    false,
                    settled,
                    rows,
                    List.of(),
                    List.of());
        }

        private Appended message() {
            return Appended.newBuilder().setSeq(++seq).setContent(CONTENT).build();
        }

        private static String user(Appended message) {
            return "user-" + message.getSeq() * 7919 % USERS;
        }

        private static int slot(Appended message) {
            return (int) (message.getSeq() * 7919 % USERS * 31 % 4096);
        }

        private void update(String sql) throws SQLException {
            try (Connection connection = database.logs().getConnection();
                    PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.executeUpdate();
            }
        }
    }
}
