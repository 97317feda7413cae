package io.hawser.keeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.keeper.ServiceHost;
import io.hawser.keeper.registry.Registration;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InstancesTest extends KeeperOnZooKeeper {
    @Test
    void instancesAreListedWithWhatTheyRun() throws Exception {
        configured(service, "doors: 2");
        ServiceHost<House> house = start("one");
        await().untilAsserted(() -> {
            assertThat(keeper("instances", "--service", service)).isZero();
            assertThat(printed().lines().skip(1))
                    .singleElement()
                    .asString()
                    .matches(service + "  one   ready  service:1  -       127\\.0\\.0\\.1:7000  127\\.0\\.0\\.1:"
                            + house.adminPort() + "  \\S+Z");
        });
        keeper("instances", "--service", service, "--wide");
        assertThat(printed()).contains("ZONE", "INCARNATION", String.valueOf(house.incarnation()));
    }

    @Test
    void oneThatStartsWhileItRefusesWhatHoldsForAllIsListedWithWhatItRunsInstead() throws Exception {
        configured(service, "doors: 2");
        configured(service, "doors: 0");

        assertThat(start("one").config().doors()).isEqualTo(2);

        keeper("instances", "--service", service);
        assertThat(printed()).contains("service:1", "refuses service:2: doors: 0 (expected: 1 or more)");
    }

    @Test
    void whatAServiceSaysOfItselfStandsBesideItUntilItTakesItBack() throws Exception {
        configured(service, "{doors: 2, open: 1}");
        start("one");
        keeper("instances", "--service", service);
        assertThat(printed()).contains("doors: 1 open");

        configured(service, "{doors: 2, open: 0}");
        await().untilAsserted(() -> {
            keeper("instances", "--service", service);
            assertThat(printed()).doesNotContain("doors: 1 open");
        });
    }

    @Test
    void programsGetWhatAnInstanceSaysToOthersAndToOperators() throws Exception {
        ServiceHost<House> house = start("one");
        await().untilAsserted(() -> {
            keeper("instances", "--service", service, "-o", "json");
            assertThat(json().path(0).path("status").path("adminPort").asInt()).isEqualTo(house.adminPort());
        });
        assertThat(json().path(0).path("registration").path("port").asInt()).isEqualTo(7000);
        assertThat(json().path(0).path("state").asText()).isEqualTo("ready");
    }

    @Test
    void oneThatSaysNothingToOperatorsIsListedToo() throws Exception {
        Registration registration = new Registration(
                service, "old", "127.0.0.1", 1, "", 4, Map.of(), Instant.parse("2026-01-02T03:04:05Z"), "0.0.9");
        client.create().creatingParentsIfNeeded().forPath(ZooKeeperPaths.member(service, "old"), registration.toJson());

        assertThat(keeper("instances", "--service", service)).isZero();
        assertThat(printed()).contains("old   unknown  -");
    }

    @Test
    void zooKeeperIsThatOfThePlatformThatRunsHereUnlessToldOtherwise() throws Exception {
        assertThat(plain("instances")).isEqualTo(Exit.USAGE.number());
        Path up = Files.createDirectories(directory.resolve(".hawser")).resolve("up.json");
        Files.writeString(up, "{\"zookeeper\":\"" + zooKeeper.connectString() + "\",\"app\":\"demo\"}");
        start("one");

        assertThat(plain("instances", "--service", service)).isZero();

        assertThat(printed()).contains(service + "  one");
        Files.writeString(up, "no json");
        assertThat(plain("instances")).isEqualTo(Exit.USAGE.number());
        assertThat(said()).contains("--zookeeper: missing");
        assertThat(keeper("instances")).isZero();
    }

    @Test
    void aServiceWithoutInstancesIsAnEmptyListAndOneThatThereIsNotAMistake() {
        assertThat(keeper("instances", "--service", service, "-o", "json")).isZero();
        assertThat(printed()).isEqualTo("[]");
        assertThat(keeper("instances", "--service", service)).isZero();
        assertThat(printed()).isEqualTo(service + ": no instance of it runs");
        assertThat(keeper("instances", "--service", "halll")).isEqualTo(2);
        assertThat(said()).isEqualTo("keeper: halll: no such service (did you mean hall?)");
        assertThat(keeper("loglevel", "--service", "halll", "root", "DEBUG")).isEqualTo(2);
    }

    @Test
    void oneThatNobodyLinksToIsListedWithWhereItsCallersReachIt() throws Exception {
        Registration registration = new Registration(
                service,
                "api",
                "127.0.0.1",
                0,
                "",
                4,
                Map.of("api", "http://127.0.0.1:8080"),
                Instant.parse("2026-01-02T03:04:05Z"),
                "0.1.0");
        client.create().creatingParentsIfNeeded().forPath(ZooKeeperPaths.member(service, "api"), registration.toJson());

        keeper("instances", "--service", service);

        assertThat(printed()).contains("  http://127.0.0.1:8080  ").doesNotContain("127.0.0.1:0");
    }
}
