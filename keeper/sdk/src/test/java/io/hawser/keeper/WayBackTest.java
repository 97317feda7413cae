package io.hawser.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.keeper.config.NoFallback;
import io.hawser.keeper.revision.Canary;
import io.hawser.keeper.revision.RevisionStore;
import io.hawser.keeper.revision.Scope;
import io.hawser.keeper.revision.ScopeState;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an instance starts with where those that run have refused what is meant for them. */
class WayBackTest extends EchoOnZooKeeper {
    private static final String WRONG = "patiense: 1s";
    private static final String WHY = "patiense: unknown key (did you mean patience?)";

    private RevisionStore store;
    private Scope all;
    private Scope one;

    @BeforeEach
    void nameScopes() {
        store = new RevisionStore(client, Clock.systemUTC());
        all = new Scope.Service(service);
        one = new Scope.Instance(service, "one");
    }

    @Test
    void itStartsWithTheNewestRevisionThatMakesAValidWholeAndTakesTheNextOne() throws Exception {
        apply(all, "volume: 7");
        apply(all, "volume: 8");
        apply(all, "volume: 12");
        apply(all, WRONG);

        Started started = start(settings().withName("one"));

        assertThat(started.host().config().volume()).isEqualTo(8);
        assertThat(json(started, "/config").path("revisions").path("service").asInt())
                .isEqualTo(2);
        apply(all, "volume: 9");
        await().until(() -> started.host().config().volume() == 9);
        await().until(() -> json(started, "/config").path("refused").isEmpty());
        assertThat(started.echo().events).containsExactly("volume 9");
    }

    @Test
    void whatItRefusedIsToldInEveryPlace() throws Exception {
        apply(all, "volume: 7");
        apply(all, WRONG);

        Started started = start(settings().withName("one"));

        JsonNode shown = json(started, "/config");
        assertThat(shown.path("refused")).extracting(JsonNode::asText).containsExactly(WHY);
        assertThat(shown.path("refusedRevisions").path("service").asInt()).isEqualTo(2);
        assertThat(get(started, "/readyz").statusCode()).isEqualTo(200);
        assertThat(json(started, "/readyz").path("checks").toString()).contains("\"detail\":\"" + WHY + "\"");
        assertThat(get(started, "/metrics").body())
                .contains("hawser_config_refused{service=\"" + service + "\"} 1.0")
                .contains("hawser_config_revision{scope=\"service\",service=\"" + service + "\"} 1.0")
                .contains("hawser_config_revisions_total{outcome=\"refused\",service=\"" + service + "\"} 1.0");
        await().untilAsserted(() -> {
            JsonNode status = status("one");
            assertThat(status.path("running").path("service").asInt()).isEqualTo(1);
            assertThat(status.path("refused").path("service").asInt()).isEqualTo(2);
            assertThat(status.path("why").toString()).contains(WHY);
        });
    }

    @Test
    void onlyScopesAtFaultGoBackAndSeveralWhereSeveralAre() throws Exception {
        apply(all, "volume: 7");
        apply(all, "volume: 12");
        apply(one, "zone: west");
        apply(one, "zone: east");
        Started serviceWrong = start(settings().withName("one"));
        assertThat(serviceWrong.host().config().zone()).isEqualTo("east");
        assertThat(serviceWrong.host().config().volume()).isEqualTo(7);
        stop(serviceWrong);

        apply(one, WRONG);

        Started bothWrong = start(settings().withName("one"));
        assertThat(bothWrong.host().config().zone()).isEqualTo("east");
        assertThat(bothWrong.host().config().volume()).isEqualTo(7);
        JsonNode refused = json(bothWrong, "/config").path("refusedRevisions");
        assertThat(refused.path("service").asInt()).isEqualTo(2);
        assertThat(refused.path("instance").asInt()).isEqualTo(3);
    }

    @Test
    void aCanaryThatIsWellStaysOneWhileAnotherScopeGoesBack() throws Exception {
        apply(all, "volume: 7");
        apply(all, "volume: 12");
        apply(one, "zone: west");
        tryOut(one, "zone: east");

        Started started = start(settings().withName("one"));

        assertThat(started.host().config().zone()).isEqualTo("east");
        assertThat(started.host().config().volume()).isEqualTo(7);
        assertThat(json(started, "/config").path("onTrial"))
                .extracting(JsonNode::asText)
                .containsExactly("instance");
    }

    @Test
    void anAbortedCanaryAndWhatARollbackLeftAreNotGoneBackTo() throws Exception {
        apply(all, "volume: 1");
        apply(all, "volume: 2");
        ScopeState now = store.read(all);
        store.apply(all, now, new RevisionStore.Draft("volume: 1", "ann", "back", 0), "rollback");
        tryOut(all, "volume: 4");
        store.abort(all, store.read(all), "ann");
        apply(all, WRONG);

        Started started = start(settings().withName("one"));

        assertThat(json(started, "/config").path("revisions").path("service").asInt())
                .isEqualTo(3);
        assertThat(started.host().config().volume()).isEqualTo(1);
    }

    @Test
    void aTextByHandThatIsWrongGivesWayToTheNewestRevisionThatIsNot() throws Exception {
        apply(all, "volume: 7");
        apply(all, "volume: 8");
        configure(ZooKeeperPaths.config(service), WRONG);

        assertThat(start(settings()).host().config().volume()).isEqualTo(8);
    }

    @Test
    void aScopeOfWhichNoRevisionIsValidIsLeftOutAndSaysSoUntilOneIs() throws Exception {
        apply(all, "volume: 12");
        apply(all, WRONG);
        apply(one, "zone: west");

        Started started = start(settings().withName("one"));

        assertThat(started.host().config().volume()).isEqualTo(5);
        assertThat(started.host().config().zone()).isEqualTo("west");
        JsonNode shown = json(started, "/config");
        assertThat(shown.path("revisions").has("service")).isFalse();
        assertThat(shown.path("refusedRevisions").path("service").asInt()).isEqualTo(2);
        assertThat(shown.path("refused")).extracting(JsonNode::asText).containsExactly(WHY);
        assertThat(get(started, "/readyz").statusCode()).isEqualTo(200);
        assertThat(json(started, "/readyz").path("checks").toString()).contains("\"detail\":\"" + WHY + "\"");
        await().until(() -> status("one").path("refused").path("service").asInt() == 2);

        apply(all, "volume: 9");
        await().until(() -> started.host().config().volume() == 9);
        await().until(() -> json(started, "/config").path("refused").isEmpty());
    }

    @Test
    void whatIsKeptIsGoneBackToBeforeAScopeIsLeftOut() throws Exception {
        apply(one, "zone: west");
        apply(one, WRONG);
        apply(all, WRONG);

        Started started = start(settings().withName("one"));

        assertThat(started.host().config().zone()).isEqualTo("west");
        assertThat(json(started, "/config").path("revisions").path("instance").asInt())
                .isEqualTo(1);
    }

    /** What would start without the address that is meant for it would write to another store than the others. */
    record Stored(Store store) {
        static Stored defaults() {
            return new Stored(new Store("127.0.0.1"));
        }
    }

    record Store(@NoFallback String address) {}

    @Test
    void aScopeIsNotLeftOutWhereADefaultThatNobodyMayFallBackOnWouldTakeItsPlace() throws Exception {
        apply(all, "store: {address: there}\n" + WRONG);

        StartException failure = startStored(settings());

        assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(failure)
                .hasMessage(String.join(
                        System.lineSeparator(),
                        "patiense: unknown key (expected: store)",
                        "without what is refused: store.address: missing (expected: a value, as its default is for"
                                + " trying the service out)"));
        assertThat(startStored(settings().with("store.address", "there"))).hasMessage("the service is reached");
        apply(all, "store: {address: [there");
        assertThat(startStored(settings()).exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    }

    @Test
    void aRevisionThatLacksWhatNobodyMayFallBackOnIsNotGoneBackToUnlessItWasNeverGiven() throws Exception {
        apply(all, "{}");
        apply(all, "store: {address: there}\n" + WRONG);
        assertThat(startStored(settings()).exitCode()).isEqualTo(ExitCode.CONFIGURATION);

        apply(all, WRONG);
        assertThat(startStored(settings())).hasMessage("the service is reached");
    }

    private static StartException startStored(HostSettings settings) {
        return catchThrowableOfType(
                StartException.class,
                () -> ServiceHost.start(settings, Stored.class, context -> {
                    throw new StartException(ExitCode.INTERNAL, "the service is reached", null);
                }));
    }

    private void apply(Scope scope, String yaml) throws Exception {
        ScopeState now = store.read(scope);
        store.apply(scope, now, draft(now, yaml), "apply");
    }

    private void tryOut(Scope scope, String yaml) throws Exception {
        ScopeState now = store.read(scope);
        store.tryOut(scope, now, draft(now, yaml), "1", List.of(service + "/one"));
        Canary canary = Objects.requireNonNull(store.read(scope).pointer().canary());
        assertThat(canary.has(service, "one")).isTrue();
    }

    private static RevisionStore.Draft draft(ScopeState now, String yaml) {
        return new RevisionStore.Draft(yaml, "ann", "", now.pointer().stable());
    }

    private JsonNode status(String name) throws Exception {
        return new ObjectMapper().readTree(client.getData().forPath("/hawser/running/" + service + "/" + name));
    }

    private static void stop(Started started) {
        started.echo().letDrainEnd();
        started.host().close();
    }
}
