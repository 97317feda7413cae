package io.hawser.saver.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.AppendUplinkRequest;
import io.hawser.saver.journal.Database;
import io.hawser.saver.journal.TestDatabase;
import io.hawser.saver.journal.Transactions;
import io.hawser.stores.EmbeddedMariaDb;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A stream that had very many installations before they were bounded comes down to a few, some of them by each append. */
final class InstallationsTest {
    private static final int MANY = 3 * StreamRows.MAX_INSTALLATIONS_MORE;
    private static final List<String> USERS = List.of("alice", "bob", "carol");
    private static final long ALL = (long) MANY * USERS.size();
    private static final long FEW = (long) StreamRows.MAX_INSTALLATIONS * USERS.size();

    private static EmbeddedMariaDb mariaDb;
    private static Database database;

    @BeforeAll
    static void startStore() {
        mariaDb = EmbeddedMariaDb.temporary();
        database = TestDatabase.open(mariaDb);
    }

    @AfterAll
    static void stopStore() {
        database.close();
        mariaDb.kill();
    }

    @Test
    void anAppendForgetsSomeOfVeryManyAndNoneThatAppends() throws SQLException {
        for (String user : USERS) {
            writeVeryMany(user);
        }
        assertThat(append(7)).as("known, wherever it stands").containsExactly(7L, 7L, 7L);
        int most = StreamRows.MAX_INSTALLATIONS_MORE + USERS.size() * (StreamRows.MAX_INSTALLATIONS + 1);
        assertThat(ALL - count()).isBetween((long) most - StreamRows.MAX_INSTALLATIONS - 1, (long) most);

        for (int number = 8; count() > FEW; number++) {
            assertThat(number).as("appends until few are left").isLessThan(30);
            assertThat(append(number)).containsOnly((long) number);
        }
        assertThat(append(30)).as("out of order").containsExactly(-1L, -1L, -1L);
        assertThat(newestKept()).isEqualTo(FEW - USERS.size());
    }

    /** Appends to all streams at once, by an installation that is last in each, and returns what is stored of it then. */
    private static List<Long> append(int number) throws SQLException {
        List<Append.Uplink> appends =
                USERS.stream().map(user -> uplink(user, number)).toList();
        return new Transactions(database.stores())
                .run(connection -> new AppendTransaction(connection, MANY + number, append -> true)
                        .run(appends).stream()
                                .map(outcome -> outcome.item() == null ? -1L : outcome.storedNow())
                                .toList());
    }

    private static Append.Uplink uplink(String user, int number) {
        return new Append.Uplink(
                stream(user),
                AppendUplinkRequest.newBuilder()
                        .setInstallationNonce(nonce(MANY - 1))
                        .setNumber(number)
                        .setPrev(number == 30 ? 40 : number - 1)
                        .build());
    }

    /** Each has stored six; the higher its number, the longer it has been silent, but for the last and seven in the middle. */
    private static void writeVeryMany(String user) throws SQLException {
        List<StreamRows.Mark> marks = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            marks.add(new StreamRows.Mark(stream(user).key(), nonce(i), 6, isNewest(i) ? MANY : MANY - 1 - i));
        }
        new Transactions(database.stores()).run(connection -> {
            StreamRows.writeInstallations(connection, marks);
            return true;
        });
    }

    private static boolean isNewest(int installation) {
        return installation >= MANY / 2 && installation < MANY / 2 + StreamRows.MAX_INSTALLATIONS - 1;
    }

    private static ByteString nonce(int installation) {
        return ByteString.copyFromUtf8("%08d".formatted(installation));
    }

    private static StreamId stream(String user) {
        return StreamId.ofUplinks("old", user, "phone");
    }

    private static long count() throws SQLException {
        return number("SELECT COUNT(*) FROM outbox_installation");
    }

    private static long newestKept() throws SQLException {
        return number("SELECT COUNT(*) FROM outbox_installation WHERE touched_ms = " + MANY);
    }

    private static long number(String query) throws SQLException {
        return new Transactions(database.stores()).run(connection -> {
            try (var statement = connection.createStatement();
                    var row = statement.executeQuery(query)) {
                row.next();
                return row.getLong(1);
            }
        });
    }
}
