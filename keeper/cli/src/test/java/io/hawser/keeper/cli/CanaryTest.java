package io.hawser.keeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.keeper.HostSettings;
import io.hawser.keeper.ServiceHost;
import io.hawser.stores.EmbeddedZooKeeper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CanaryTest extends KeeperOnZooKeeper {
    @Test
    void aCanaryRunsOnOneAndThenOnAll() throws Exception {
        configured(service, "doors: 2");
        List<ServiceHost<House>> houses = List.of(start("one"), start("two"), start("three"));

        assertThat(keeper("apply", service, "--file", file("doors: 3"), "--canary", "1"))
                .isZero();
        assertThat(doors(houses)).containsExactlyInAnyOrder(2, 2, 3);
        assertThat(printed()).contains("on trial: 'keeper promote " + service + "' gives it to all");
        keeper("instances", "--service", service);
        assertThat(printed().lines().filter(line -> line.contains("service:2  service")))
                .hasSize(1);

        assertThat(keeper("promote", service)).isZero();
        assertThat(doors(houses)).containsExactly(3, 3, 3);
        keeper("instances", "--service", service, "-o", "json");
        assertThat(json())
                .allSatisfy(
                        one -> assertThat(one.path("status").path("onTrial")).isEmpty());
    }

    @Test
    void abortPutsTheCanaryBack() throws Exception {
        configured(service, "doors: 2");
        List<ServiceHost<House>> houses = List.of(start("one"), start("two"));
        keeper("apply", service, "--file", file("doors: 3"), "--canary", "50%");
        assertThat(doors(houses)).containsExactlyInAnyOrder(2, 3);

        assertThat(keeper("abort", service, "-o", "json")).isZero();

        assertThat(doors(houses)).containsExactly(2, 2);
        assertThat(json().path("revision").asInt()).isEqualTo(1);
        assertThat(json().path("instances"))
                .hasSize(2)
                .allSatisfy(one -> assertThat(one.path("says").asText()).isEqualTo("runs"));
    }

    @Test
    void anAbortedCanaryIsNotWhatARollbackGoesBackTo() throws Exception {
        configured(service, "doors: 1");
        configured(service, "doors: 2");
        ServiceHost<House> house = start("one");
        keeper("apply", service, "--file", file("doors: 9"), "--canary", "1");
        keeper("abort", service);
        configured(service, "doors: 4");

        assertThat(keeper("rollback", service)).isZero();

        assertThat(house.config().doors()).isEqualTo(2);
    }

    @Test
    void aCanaryThatIsRefusedHalfAppliesNothingAndIsNotPromoted() throws Exception {
        configured(service, "doors: 2\nzone: east");
        ServiceHost<House> one = start("one");
        ServiceHost<House> two = start("two");

        int code = keeper(
                "apply", service, "--file", file("zone: west\ndoors: 0"), "--canary", service + "/two", "--unchecked");

        assertThat(code).isEqualTo(Exit.REFUSED.number());
        assertThat(printed()).contains(service + "/two  1         refuses  doors: 0 (expected: 1 or more)");
        assertThat(two.config().zone()).isEqualTo("east");
        keeper("instances", "--service", service);
        assertThat(printed()).contains("refuses service:2: doors: 0 (expected: 1 or more)");
        assertThat(keeper("promote", service)).isEqualTo(Exit.REFUSED.number());
        assertThat(said().lines())
                .containsExactly(
                        "keeper: " + service + "/two refuses revision 2: doors: 0 (expected: 1 or more)",
                        "keeper: " + service + ": nothing was written (expected: all on trial run it, or --force)");
        assertThat(keeper("abort", service)).isZero();
        keeper("instances", "--service", service);
        assertThat(printed()).doesNotContain("refuses");
        assertThat(one.config()).isEqualTo(two.config());
    }

    @Test
    void anInstanceThatStartsAgainIsStillTheCanaryAndComesUpThoughItRefusesIt() throws Exception {
        configured(service, "doors: 2");
        start("one").close();
        ServiceHost<House> house = start("one");
        keeper("apply", service, "--file", file("doors: 3"), "--canary", "1");
        house.close();
        assertThat(start("one").config().doors()).isEqualTo(3);
        stopInstances();
        keeper("abort", service);
        start("one");
        keeper("apply", service, "--file", file("doors: 0"), "--canary", "1", "--unchecked");
        stopInstances();

        assertThat(start("one").config().doors()).isEqualTo(2);

        keeper("instances", "--service", service);
        assertThat(printed()).contains("refuses service:3: doors: 0 (expected: 1 or more)");
        assertThat(keeper("apply", service + "/one", "--file", file("zone: new")))
                .isEqualTo(10);
        assertThat(printed()).contains("refuses  doors: 0 (expected: 1 or more)");
        keeper("abort", service);
        keeper("instances", "--service", service);
        assertThat(printed()).contains("service:1 instance:1").doesNotContain("refuses");
    }

    @Test
    void aPartOfTheInstancesIsAtLeastOne() throws Exception {
        IntStream.range(0, 3).forEach(i -> start("n" + i));

        keeper("apply", service, "--file", file("doors: 3"), "--canary", "10%", "-o", "json");

        assertThat(json().path("canary").path("instances")).hasSize(1);
        assertThat(json().path("canary").path("asked").asText()).isEqualTo("10%");
        assertThat(json().path("instances")).hasSize(1);
    }

    @Test
    void theWholeClustersConfigurationIsTriedTheSameWay() throws Exception {
        ServiceHost<House> house = start("one");
        start("two");

        keeper("apply", "cluster", "--file", file("zone: tried"), "--canary", service + "/one");
        assertThat(house.config().zone()).isEqualTo("tried");
        assertThat(keeper("abort", "cluster")).isZero();
        assertThat(house.config().zone()).isEmpty();
    }

    @Test
    void whileOneIsOnTrialNothingElseIsApplied() throws Exception {
        start("one");
        keeper("apply", service, "--file", file("doors: 3"), "--canary", "1");

        assertThat(keeper("apply", service, "--file", file("doors: 4"))).isEqualTo(8);
        assertThat(said())
                .isEqualTo("keeper: " + service + ": revision 1 is on trial on " + service
                        + "/one (expected: promote or abort first); nothing was written");
        assertThat(keeper("rollback", service, "--to", "0")).isEqualTo(8);
        assertThat(keeper("abort", service)).isZero();
        assertThat(keeper("abort", service)).isEqualTo(8);
        assertThat(keeper("promote", service)).isEqualTo(8);
    }

    @Test
    void anInstanceThatSaysNothingIsNamed() throws Exception {
        ServiceHost<House> house = start("one");
        keeper("apply", service, "--file", file("doors: 3"), "--canary", "1");
        house.close();

        assertThat(keeper("promote", service)).isEqualTo(Exit.REFUSED.number());
        assertThat(said()).contains(service + "/one silent revision 1: does not run");
        assertThat(keeper("promote", service, "--force")).isZero();
        assertThat(printed()).contains("no instance runs that it is meant for");
    }

    @Test
    void zooKeeperGoneInTheMiddleOfATrialChangesNothingAndTheTrialGoesOnAfter() throws Exception {
        EmbeddedZooKeeper own = EmbeddedZooKeeper.start(directory.resolve("zookeeper"), 0);
        int port = own.port();
        String at = own.connectString();
        ServiceHost<House> house =
                start(HostSettings.of(service, at).withName("one").withOverrides(Map.of("zone", "z")));
        assertThat(plain("apply", service, "--file", file("doors: 3"), "--canary", "1", "--zookeeper", at))
                .isZero();

        own.close();
        assertThat(plain("promote", service, "--zookeeper", at)).isEqualTo(5);
        assertThat(said()).isEqualTo("keeper: zookeeper: " + at + " does not answer (expected: within 5 s)");
        assertThat(house.config().doors()).isEqualTo(3);

        try (EmbeddedZooKeeper again = EmbeddedZooKeeper.start(directory.resolve("zookeeper"), port)) {
            assertThat(again.port()).isEqualTo(port);
            assertThat(plain("abort", service, "--zookeeper", at, "--wait", "30s"))
                    .isZero();
            await().atMost(Duration.ofSeconds(30)).until(() -> house.config().doors() == 1);
            house.close();
        }
    }

    private static Stream<Integer> doors(List<ServiceHost<House>> houses) {
        return houses.stream().map(house -> house.config().doors());
    }
}
