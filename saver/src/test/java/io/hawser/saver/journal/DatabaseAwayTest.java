package io.hawser.saver.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.keeper.ExitCode;
import io.hawser.keeper.StartException;
import java.net.ConnectException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** What an operator reads of a database's failure; the messages are those of the driver. */
final class DatabaseAwayTest {
    @Test
    void aDatabaseThatIsAwayIsOneLine() {
        SQLException away = new SQLException(
                "Communications link failure\n\nThe last packet sent successfully was 0 milliseconds ago.",
                "08S01",
                new ConnectException("Connection refused"));

        assertUnreachable("database: Communications link failure: Connection refused", away);
    }

    @Test
    void aDatabaseThatRefusesTheUserIsOneLine() {
        assertUnreachable(
                "database: Access denied for user 'hawser'@'localhost'",
                new SQLException("Access denied for user 'hawser'@'localhost'", "28000"));
    }

    @Test
    void aStatementThatFailsIsAFaultOfOurs() {
        RuntimeException failure =
                new IllegalStateException(new SQLException("You have an error in your SQL syntax", "42000"));

        assertThat(DatabaseAway.explain(failure)).isSameAs(failure);
    }

    private static void assertUnreachable(String message, SQLException cause) {
        RuntimeException failure = new IllegalStateException("Failed to initialize pool", cause);
        assertThat(DatabaseAway.explain(failure))
                .isInstanceOfSatisfying(
                        StartException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATABASE_UNREACHABLE))
                .hasMessage(message);
    }
}
