package io.hawser.saver.queries;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.saver.journal.Database;
import io.hawser.saver.journal.TestDatabase;
import io.hawser.stores.EmbeddedMariaDb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each statement of a saver's goes by an index, and stands in docs/queries.md with its plan. */
final class QueriesTest {
    private static final Path PAGE = Path.of("..", "docs", "queries.md");
    private static final Path MADE = Path.of("target", "queries.md");

    /** Statements that may read a table, or an index, to its end, by how they begin; and why. */
    private static final Map<String, String> MAY_READ_ALL = Map.of(
            "SELECT first_slot, last_slot, shard FROM slot_shard",
            "The map has a row for each range, of which there are few, and is read once, at the start.",
            "SELECT DISTINCT slot, app FROM mailbox_hold",
            "Mailboxes whose clients failed lately, of which there are few; read every two seconds, by one worker that"
                    + " nothing else waits for but lists of them.");

    private final Map<String, Map<String, List<Plans.Step>>> plans = new TreeMap<>();

    @Test
    void noStatementReadsAWholeTableAndThePageTellsOfAll() throws Exception {
        try (EmbeddedMariaDb mariaDb = EmbeddedMariaDb.temporary();
                Database database = TestDatabase.open(mariaDb);
                Connection connection = database.stores().getConnection()) {
            explainAll(new Plans(connection));
        }
        Files.writeString(MADE, page());

        assertThat(plans).as("classes with statements").hasSizeGreaterThan(20);
        assertThat(wholeReads()).as("statements that read a whole table").isEmpty();
        assertThat(statements(Files.readString(PAGE)))
                .as("%s (it is made anew in saver/%s)", PAGE, MADE)
                .containsExactlyElementsOf(statements(Files.readString(MADE)));
    }

    private void explainAll(Plans database) throws SQLException {
        database.fill();
        QueryTexts.in(Path.of("target", "classes")).forEach((name, texts) -> {
            if (!name.contains(".backup.")) {
                explain(name, texts, database);
            }
        });
    }

    private void explain(String name, List<String> texts, Plans database) {
        for (String text : texts) {
            for (String sql : QueryHoles.fill(text)) {
                if (sql.startsWith("INSERT") && !sql.contains(" SELECT ")) {
                    continue;
                }
                assertThat(sql)
                        .as("%s: what is put in is told to QueryHoles", name)
                        .doesNotContain(QueryTexts.HOLE);
                plans.computeIfAbsent(name, _ -> new TreeMap<>()).put(sql, steps(database, sql));
            }
        }
    }

    private static List<Plans.Step> steps(Plans database, String sql) {
        try {
            return database.of(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private List<String> wholeReads() {
        List<String> found = new ArrayList<>();
        plans.forEach((_, byText) -> byText.forEach((sql, steps) -> {
            if (steps.stream().anyMatch(Plans.Step::readsAll) && reason(sql).isEmpty()) {
                found.add(sql + " " + steps);
            }
        }));
        return found;
    }

    private static String reason(String sql) {
        return MAY_READ_ALL.entrySet().stream()
                .filter(entry -> sql.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    private String page() throws IOException {
        StringBuilder page = new StringBuilder("""
                # The saver's queries, and how MySQL goes about them

                Each statement that reads, with what `EXPLAIN` says of each of its tables: the kind of access, and the index. `const`, `eq_ref` and `ref`
                find rows by equal keys, `range` by ranges of them. Plain inserts are left out. `QueriesTest` runs `EXPLAIN` for all of them on a
                MariaDB with 5,000 rows in each table, fails where one reads a whole table or index without a reason that is given here, and where this
                page lacks a statement or has one too many: it writes the page to `saver/target/queries.md`, from where the plans were taken last. What `backup` and `restore` read whole is left out, too.
                """);
        plans.forEach((name, byText) -> {
            page.append("\n## ")
                    .append(name.replaceFirst("io\\.hawser\\.saver\\.", ""))
                    .append("\n");
            byText.forEach((sql, steps) ->
                    page.append("\n    ").append(sql).append("\n\n").append(line(sql, steps)));
        });
        return page.toString();
    }

    private static String line(String sql, List<Plans.Step> steps) {
        String all = steps.stream().map(QueriesTest::told).distinct().collect(Collectors.joining("; "));
        String reason = reason(sql);
        return all + (reason.isEmpty() ? "" : ". " + reason) + "\n";
    }

    private static String told(Plans.Step step) {
        return step.table().isEmpty()
                ? step.type() + " by " + step.key()
                : "`" + step.table() + "` " + step.type() + (step.key().isEmpty() ? "" : " by `" + step.key() + "`");
    }

    private static List<String> statements(String page) {
        return page.lines()
                .filter(line -> line.startsWith("    ") || line.startsWith("## "))
                .toList();
    }
}
