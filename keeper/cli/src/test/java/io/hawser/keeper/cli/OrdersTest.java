package io.hawser.keeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.hawser.keeper.ServiceHost;
import io.hawser.keeper.command.Order;
import io.hawser.keeper.registry.InstanceStatus;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class OrdersTest extends KeeperOnZooKeeper {
    private ServiceHost<House> house;

    @BeforeEach
    void startHouse() {
        house = start("one");
    }

    @Test
    void aDrainedInstanceLeavesAndStops() throws Exception {
        assertThat(keeper("drain", "one")).isZero();

        assertThat(printed().lines()).first().isEqualTo("one: drains for at most 5s");
        assertThat(printed()).contains("one: has left and stopped, after ");
        await().until(house.stopped()::isDone);
        keeper("instances", "--service", service, "-o", "json");
        assertThat(json()).isEmpty();
    }

    @Test
    void anInstanceThatDoesNotExistIsNotFoundAndTheNearestIsNamed() {
        assertThat(keeper("drain", "oen")).isEqualTo(7);
        assertThat(said()).isEqualTo("keeper: oen: no such instance runs (did you mean one?)");
        assertThat(keeper("loglevel", service + "/two", "io.hawser", "DEBUG")).isEqualTo(7);
        assertThat(keeper("profile", "two")).isEqualTo(7);
    }

    @Test
    void aNameThatSeveralHaveIsToldApartByTheService() {
        service = "another" + service;
        start("one");
        await().untilAsserted(() -> assertThat(keeper("drain", "one")).isEqualTo(2));
        assertThat(said())
                .contains("one: several go by this name (expected: one of ")
                .contains(service + "/one");
        assertThat(keeper("drain", service + "/one")).isZero();
    }

    @Test
    void aLogLevelGoesBackByItself() throws Exception {
        Logger log = LoggerFactory.getLogger("io.hawser.keeper.cli.goesback");
        assertThat(log.isTraceEnabled()).isFalse();

        assertThat(keeper("loglevel", "one", log.getName(), "TRACE", "--for", "1s"))
                .isZero();

        assertThat(printed()).isEqualTo("one: " + log.getName() + " logs from TRACE on, for 1s");
        await().until(() -> !log.isTraceEnabled());
    }

    @Test
    void aLogLevelHoldsForAllOfAServiceUntilItIsReset() throws Exception {
        start("two");
        Logger log = LoggerFactory.getLogger("io.hawser.keeper.cli.reset");

        assertThat(keeper("loglevel", "--service", service, log.getName(), "trace", "-o", "json"))
                .isZero();
        assertThat(json()).hasSize(2);
        assertThat(log.isTraceEnabled()).isTrue();
        assertThat(keeper("loglevel", "one", log.getName(), "RESET")).isZero();
        assertThat(log.isTraceEnabled()).isFalse();
    }

    @Test
    void anInstanceThatEndsPutsItsLogLevelsBack() {
        Logger log = LoggerFactory.getLogger("io.hawser.keeper.cli.ends");
        keeper("loglevel", "one", log.getName(), "TRACE");
        assertThat(log.isTraceEnabled()).isTrue();
        house.close();
        assertThat(log.isTraceEnabled()).isFalse();
    }

    @Test
    void aLoggerThatNobodyUsesIsDoneAndSaid() {
        LoggerFactory.getLogger("io.hawser.house.Door");
        assertThat(keeper("loglevel", "one", "io.hawser.huose.Door", "INFO")).isZero();
        assertThat(printed()).endsWith("; nothing has logged under this name yet (did you mean io.hawser.house.Door?)");
    }

    @Test
    void aProfileIsFetchedAndSummedUp() throws Exception {
        Path file = directory.resolve("one.jfr");

        assertThat(keeper("profile", "one", "--seconds", "1", "--file", file.toString()))
                .isZero();

        assertThat(printed()).contains("one: records for 1 s", "TOP METHODS", "ALLOCATED", "BUSY THREADS", "GC ");
        assertThat(printed()).doesNotContain(" 0 threads");
        assertThat(RecordingFile.readAllEvents(file)).isNotEmpty();
        assertThat(keeper("profile", "one", "--seconds", "1", "--file", file.toString()))
                .isEqualTo(2);
        assertThat(said()).contains("is there already (expected: a new file)");
    }

    @Test
    void aRecordingIsHandedOutOnceAndToNobodyWhoGuesses() throws Exception {
        InstanceStatus status =
                InstanceStatus.fromJson(client.getData().forPath(ZooKeeperPaths.running(service, "one")));
        Orders orders = new Orders(client, "me@here");
        Orders.Given given = orders.give(
                status, Order.PROFILE, JsonNodeFactory.instance.objectNode().put("seconds", 1));
        String path = orders.await(given, Duration.ofSeconds(20), true)
                .result()
                .path("path")
                .asText();

        assertThat(get("/profile/00")).isEqualTo(404);
        assertThat(get(path)).isEqualTo(200);
        await().until(() -> get(path) == 404);
    }

    @Test
    void anAdminPortThatIsAnothersIsNotTakenForTheInstances() throws Exception {
        ServiceHost<House> other = start("other");
        InstanceStatus status =
                InstanceStatus.fromJson(client.getData().forPath(ZooKeeperPaths.running(service, "one")));
        String moved = status.toTree().put("adminPort", other.adminPort()).toString();
        client.setData().forPath(ZooKeeperPaths.running(service, "one"), moved.getBytes(UTF_8));

        assertThat(keeper("profile", "one", "--seconds", "1")).isEqualTo(Exit.ADMIN_UNREACHABLE.number());

        assertThat(said()).contains("something else answers there");
    }

    @Test
    void anOrderToAnEarlierLifeIsNotHeeded() throws Exception {
        InstanceStatus status =
                InstanceStatus.fromJson(client.getData().forPath(ZooKeeperPaths.running(service, "one")));
        byte[] earlier = Order.ask(
                        Order.DRAIN, "me@here", status.incarnation() - 1, JsonNodeFactory.instance.objectNode())
                .toJson();
        String node = client.create().forPath(ZooKeeperPaths.orders(service, "one") + "/o-earlier", earlier);

        await().until(() -> Order.fromJson(client.getData().forPath(node)).state() == Order.State.REFUSED);

        assertThat(house.stopped()).isNotDone();
        client.delete().forPath(node);
    }

    /** One that hangs: it is there, and says nothing. */
    @Test
    void whatNobodyAnswersIsTakenBackAndSaid() throws Exception {
        InstanceStatus status =
                InstanceStatus.fromJson(client.getData().forPath(ZooKeeperPaths.running(service, "one")));
        byte[] hangs = status.toTree().put("name", "hangs").toString().getBytes(UTF_8);
        client.create().creatingParentsIfNeeded().forPath(ZooKeeperPaths.orders(service, "hangs"), new byte[0]);
        client.create().forPath(ZooKeeperPaths.running(service, "hangs"), hangs);

        assertThat(keeper("loglevel", "hangs", "root", "DEBUG", "--timeout", "100ms"))
                .isEqualTo(Exit.TIMEOUT.number());
        assertThat(printed()).isEqualTo("hangs: no answer within 100ms; the order is taken back");
        assertThat(client.getChildren().forPath(ZooKeeperPaths.orders(service, "hangs")))
                .isEmpty();
        assertThat(keeper("apply", service, "--file", file("doors: 2"), "--wait", "100ms"))
                .isEqualTo(Exit.TIMEOUT.number());
        assertThat(printed())
                .contains("/hangs  -         silent  has not said that it runs or refuses it; it is ready");
        client.delete().forPath(ZooKeeperPaths.running(service, "hangs"));
    }

    @Test
    void anOrderThatIsUnknownIsRefused() throws Exception {
        InstanceStatus status =
                InstanceStatus.fromJson(client.getData().forPath(ZooKeeperPaths.running(service, "one")));
        Orders orders = new Orders(client, "me@here");
        Orders.Given given = orders.give(status, "dance", JsonNodeFactory.instance.objectNode());
        assertThatThrownBy(() -> orders.await(given, Duration.ofSeconds(20), true))
                .hasMessage("one: dance: unknown (expected: drain, loglevel, profile)");
    }

    private int get(String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + house.adminPort() + path);
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
