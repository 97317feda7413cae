package io.hawser.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hawser.center.Center;
import io.hawser.center.CenterConfig;
import io.hawser.coordinator.Coordinator;
import io.hawser.coordinator.CoordinatorConfig;
import io.hawser.dispatcher.Dispatcher;
import io.hawser.dispatcher.DispatcherConfig;
import io.hawser.keeper.ExitCode;
import io.hawser.keeper.HostSettings;
import io.hawser.keeper.ServiceHost;
import io.hawser.keeper.ServiceStarter;
import io.hawser.keeper.StartException;
import io.hawser.keeper.config.ConfigTree;
import io.hawser.register.Register;
import io.hawser.register.RegisterConfig;
import io.hawser.room.Room;
import io.hawser.room.RoomConfig;
import io.hawser.saver.Saver;
import io.hawser.saver.SaverConfig;
import io.hawser.standalone.cluster.HawserProcess;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.stores.EmbeddedRedis;
import io.hawser.stores.EmbeddedZooKeeper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps a service from starting, for each of them the same: one exit code, one line. */
final class StartIT {
    private static EmbeddedZooKeeper zooKeeper;
    private static EmbeddedRedis redis;
    private static EmbeddedMariaDb mariaDb;
    private static ServerSocket taken;

    @BeforeAll
    static void startTheStores() throws IOException {
        zooKeeper = EmbeddedZooKeeper.temporary();
        redis = EmbeddedRedis.temporary();
        mariaDb = EmbeddedMariaDb.temporary();
        taken = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    }

    @AfterAll
    static void stopTheStores() throws IOException {
        taken.close();
        mariaDb.close();
        redis.close();
        zooKeeper.close();
    }

    @ParameterizedTest
    @CsvSource({
        "room, gateway.listeners",
        "center, api.port",
        "dispatcher, http.port",
        "room, link.port",
        "dispatcher, link.port",
        "register, link.port",
        "saver, link.port",
        "coordinator, link.port",
        "room, admin.port",
        "center, admin.port",
        "dispatcher, admin.port"
    })
    void anAddressInUseHasItsExitCodeAndOneLine(String service, String key) {
        int port = taken.getLocalPort();
        String value = key.equals("gateway.listeners") ? "[{host: 127.0.0.1, port: %d}]".formatted(port) : "" + port;

        StartException failure = fail(service, Map.of(key, value));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.ADDRESS_IN_USE);
        assertThat(failure)
                .message()
                .hasLineCount(1)
                .contains("127.0.0.1:" + port)
                .endsWith("Address already in use");
    }

    @Test
    void aDatabaseThatIsAwayHasItsExitCodeAndOneLine() {
        StartException failure = fail(
                "saver", Map.of("mysql.jdbcUrl", "jdbc:mysql://127.0.0.1:1/hawser", "mysql.connectTimeout", "300ms"));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.DATABASE_UNREACHABLE);
        assertThat(failure).hasMessage("database: Communications link failure: Connection refused");
    }

    @ParameterizedTest
    @CsvSource({
        "redis.uri, redis://:hunter2@127.0.0.1:1",
        "mysql.jdbcUrl, jdbc:mysql://127.0.0.1/hawser?user=hawser&password=hunter2"
    })
    void aPasswordInAnAddressIsRefusedWithoutRepeatingIt(String key, String address) {
        StartException failure = fail("saver", Map.of(key, address));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(failure.getMessage())
                .startsWith(key + ": has a ")
                .contains(key.substring(0, key.indexOf('.')) + ".password")
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"room", "center", "dispatcher", "register", "saver", "coordinator"})
    void theDefaultsOfAServiceSuitIt(String service) {
        new ConfigTree().check(Objects.requireNonNull(Services.CONFIG_TYPES.get(service)));
    }

    @Test
    void aTypoIsRefusedBeforeItIsApplied(@TempDir Path home) throws Exception {
        Path file = Files.writeString(home.resolve("room.yaml"), "connectons: {window: 8}");
        Path log = home.resolve("keeper.log");
        List<String> apply =
                List.of("keeper", "apply", "room", "--file", file.toString(), "--zookeeper", zooKeeper.connectString());

        try (HawserProcess keeper = HawserProcess.run(log, home, apply.toArray(String[]::new))) {
            assertThat(keeper.awaitExit()).isEqualTo(ExitCode.CONFIGURATION.number());
            assertThat(keeper.errors().lines())
                    .contains(
                            "keeper: connectons: unknown key (did you mean connections?)",
                            "keeper: nothing was written");
        }
    }

    private static StartException fail(String service, Map<String, String> settings) {
        return switch (service) {
            case "room" -> fail(service, settings, RoomConfig.class, Room::start);
            case "center" -> fail(service, settings, CenterConfig.class, Center::start);
            case "dispatcher" -> fail(service, settings, DispatcherConfig.class, Dispatcher::start);
            case "register" -> fail(service, settings, RegisterConfig.class, Register::start);
            case "coordinator" -> fail(service, settings, CoordinatorConfig.class, Coordinator::start);
            case "saver" -> fail(service, settings, SaverConfig.class, Saver::start);
            default -> throw new IllegalArgumentException(service);
        };
    }

    private static <C extends Record> StartException fail(
            String service, Map<String, String> settings, Class<C> configType, ServiceStarter<C> starter) {
        HostSettings host = HostSettings.of(service, zooKeeper.connectString());
        if (service.equals("saver")) {
            host = host.with("redis.uri", "redis://" + redis.address()).with("mysql.jdbcUrl", mariaDb.jdbcUrl());
        }
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            host = host.with(setting.getKey(), setting.getValue());
        }
        HostSettings complete = host;
        return catchThrowableOfType(StartException.class, () -> ServiceHost.start(complete, configType, starter));
    }
}
