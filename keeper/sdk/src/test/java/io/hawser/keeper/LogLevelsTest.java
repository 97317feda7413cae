package io.hawser.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a service's log has at its start: what the service says, and little of what its libraries say of themselves. */
class LogLevelsTest {
    private final LoggerContext logs = new LoggerContext();

    @BeforeEach
    void configureAsAService() throws JoranException {
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(logs);
        configurator.doConfigure(Objects.requireNonNull(ServiceMain.class.getResource("/logback.xml")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.linecorp.armeria.common.Flags",
                "com.zaxxer.hikari.HikariDataSource",
                "org.flywaydb.core.FlywayExecutor",
                "org.apache.zookeeper.ZooKeeper"
            })
    void librariesDoNotTellHowTheyStart(String library) {
        assertThat(logs.getLogger(library).isInfoEnabled()).isFalse();
    }

    @Test
    void aReactorThatNobodyUsesIsNotWarnedOf() {
        assertThat(logs.getLogger("com.linecorp.armeria.common.CommonPools").isWarnEnabled())
                .isFalse();
    }

    @Test
    void servicesAndMigrationsAreHeard() {
        assertThat(logs.getLogger(ServiceHost.class).isInfoEnabled()).isTrue();
        assertThat(logs.getLogger("org.flywaydb.core.internal.command.DbMigrate")
                        .isInfoEnabled())
                .isTrue();
        assertThat(logs.getLogger("com.linecorp.armeria.server.Server").isWarnEnabled())
                .isTrue();
    }
}
