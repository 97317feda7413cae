package io.hawser.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class LastExitTest {
    @Test
    void namesTheSignalThatEndedIt() {
        assertThat(LastExit.of(137, true, Instant.EPOCH).why()).isEqualTo("SIGKILL");
        assertThat(LastExit.of(134, true, Instant.EPOCH).why()).isEqualTo("SIGABRT");
        assertThat(LastExit.of(190, true, Instant.EPOCH).why()).isEqualTo("signal 62");
    }

    @Test
    void knowsTheExitCodesOfServicesAndOfNobodyElse() {
        assertThat(LastExit.of(9, true, Instant.EPOCH).why()).isEqualTo("database does not answer");
        assertThat(LastExit.of(9, false, Instant.EPOCH).why()).isEmpty();
    }
}
