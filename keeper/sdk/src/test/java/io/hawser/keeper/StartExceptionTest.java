package io.hawser.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** What an operator reads of a failure; the messages are those of the libraries. */
class StartExceptionTest {
    @Test
    void aNativeTransportsAddressInUseIsKnown() {
        StartException read = StartException.explain(new IllegalStateException(
                "http: cannot listen on 127.0.0.1:8081",
                new IOException("bind(..) failed with error(-98): Address already in use")));

        assertThat(read.exitCode()).isEqualTo(ExitCode.ADDRESS_IN_USE);
        assertThat(read).hasMessage("http: cannot listen on 127.0.0.1:8081: Address already in use");
    }

    @Test
    void anAddressIsNamedOnce() {
        StartException read = StartException.explain(new BindException("admin: 127.0.0.1:1: Address already in use"));

        assertThat(read).hasMessage("admin: 127.0.0.1:1: Address already in use");
    }

    @Test
    void aDatabaseThatIsAwayIsOneLine() {
        SQLException away = new SQLException(
                "Communications link failure\n\nThe last packet sent successfully was 0 milliseconds ago.",
                "08S01",
                new ConnectException("Connection refused"));

        StartException read = StartException.explain(new IllegalStateException("Failed to initialize pool", away));

        assertThat(read.exitCode()).isEqualTo(ExitCode.DATABASE_UNREACHABLE);
        assertThat(read).hasMessage("database: Communications link failure: Connection refused");
    }

    @Test
    void aDatabaseThatRefusesTheUserIsOneLine() {
        SQLException refused = new SQLException("Access denied for user 'hawser'@'localhost'", "28000");

        StartException read = StartException.explain(refused);

        assertThat(read.exitCode()).isEqualTo(ExitCode.DATABASE_UNREACHABLE);
        assertThat(read).hasMessage("database: Access denied for user 'hawser'@'localhost'");
    }

    @Test
    void aStatementThatFailsIsAFaultOfOurs() {
        StartException read = StartException.explain(new SQLException("You have an error in your SQL syntax", "42000"));

        assertThat(read.exitCode()).isEqualTo(ExitCode.INTERNAL);
    }
}
