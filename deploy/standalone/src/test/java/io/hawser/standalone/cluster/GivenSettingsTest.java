package io.hawser.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.agent.AgentException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What {@code cluster up --set} takes, and refuses before it starts anything. */
final class GivenSettingsTest {
    @Test
    void eachServiceHasItsOwn() {
        GivenSettings given = given("room.redelivery.keptFor=5m", "saver.mysql.password={file: /no/such}");

        given.requireValid();

        assertThat(given.of(Kind.ROOM)).isEqualTo(Map.of("redelivery.keptFor", "5m"));
        assertThat(given.of(Kind.CENTER)).isEmpty();
    }

    @Test
    void whatAServiceWouldNotStartWithIsNamedAllAtOnce() {
        assertThatThrownBy(() ->
                        given("room.conections=3", "saver.pushTimeout=soon").requireValid())
                .isInstanceOf(AgentException.class)
                .hasMessage("--set room.conections: unknown key (did you mean connections?); --set saver.pushTimeout:"
                        + " soon (expected: a duration such as 250ms, 30s, 5m, 2h or 7d)");
        assertThatThrownBy(() -> given("foo.bar=3").requireValid())
                .hasMessageStartingWith("service: foo (expected: one of");
    }

    private static GivenSettings given(String... settings) {
        String[] args =
                Stream.of(settings).flatMap(one -> Stream.of("--set", one)).toArray(String[]::new);
        return CommandLine.populateCommand(new GivenSettings(), args);
    }
}
