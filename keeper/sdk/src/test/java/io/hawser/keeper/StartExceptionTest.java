package io.hawser.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
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
}
