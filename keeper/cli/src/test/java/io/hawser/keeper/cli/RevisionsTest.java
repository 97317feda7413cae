package io.hawser.keeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.keeper.ServiceHost;
import io.hawser.keeper.revision.RevisionStore;
import io.hawser.keeper.revision.Scope;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RevisionsTest extends KeeperOnZooKeeper {
    @Test
    void whatIsAppliedIsWhatOneGetsAndWhatAllInstancesRun() throws Exception {
        ServiceHost<House> one = start("one");
        ServiceHost<House> two = start("two");

        assertThat(keeper("apply", service, "--file", file("zone: east # why\ndoors: 3\n"), "-m", "more doors"))
                .isZero();

        assertThat(printed().lines()).first().isEqualTo(service + ": revision 1 is written");
        assertThat(printed()).contains(service + "/one  1         runs").contains(service + "/two  1         runs");
        assertThat(one.config().doors()).isEqualTo(3);
        assertThat(two.config().doors()).isEqualTo(3);
        assertThat(keeper("get", service)).isZero();
        assertThat(out).hasToString("zone: east # why\ndoors: 3\n");
    }

    @Test
    void scopesAreMergedFromTheClusterToTheInstance() throws Exception {
        configured("cluster", "zone: everywhere\nseats: 7\n");
        configured(service, "zone: here\ndoors: 4\n");
        configured(service + "/one", "open: 2\n");

        House house = start("one").config();
        House other = start("two").config();

        assertThat(house.zone()).isEqualTo("here");
        assertThat(house.doors()).isEqualTo(4);
        assertThat(house.open()).isEqualTo(2);
        assertThat(other.open()).isZero();
        assertThat(keeper("get", service + "/one", "--effective")).isZero();
        assertThat(printed().lines()).containsExactlyInAnyOrder("zone: here", "doors: 4", "open: 2");
        configured("cluster", "{}");
    }

    @Test
    void whatIsMeantForTheWholeClusterSuitsEachServiceThatHasTheKey() throws Exception {
        assertThat(keeper("apply", "cluster", "--file", file("seets: 7"))).isEqualTo(3);
        assertThat(said().lines()).first().isEqualTo("keeper: seets: no service has this key (did you mean seats?)");
        assertThat(keeper("apply", "cluster", "--file", file("doors: 0"))).isEqualTo(3);
        assertThat(said()).contains("for " + service + ": doors: 0 (expected: 1 or more)");
    }

    @Test
    void aFileThatSaysNothingTakesAllAwayOnlyWhereThatIsSaid() throws Exception {
        configured(service, "doors: 3");
        String empty = file("# doors: 3\n");

        assertThat(keeper("apply", service, "--file", empty)).isEqualTo(3);
        assertThat(said().lines())
                .containsExactly(
                        "keeper: " + empty + ": says nothing (expected: key: value, or --allow-empty to take all away)",
                        "keeper: nothing was written");
        assertThat(keeper("diff", service, "--file", empty)).isEqualTo(3);

        assertThat(plain("validate", service, "--file", empty, "--allow-empty")).isZero();
        assertThat(keeper("diff", service, "--file", empty, "--allow-empty")).isEqualTo(1);
        assertThat(printed()).contains("doors  3           -");
        assertThat(keeper("apply", service, "--file", empty, "--allow-empty")).isZero();
        assertThat(start("one").config()).isEqualTo(House.defaults());
    }

    @Test
    void applyingTheSameAgainChangesNothing() throws Exception {
        String file = file("zone: east");
        keeper("apply", service, "--file", file);

        assertThat(keeper("apply", service, "--file", file, "-o", "json")).isZero();

        assertThat(json().path("changed").asBoolean()).isFalse();
        assertThat(json().path("revision").asInt()).isEqualTo(1);
    }

    @Test
    void historyTellsWhoWroteWhatWhenAndWhy() throws Exception {
        keeper("apply", service, "--file", file("doors: 1"), "-m", "first", "--author", "ann@desk");
        keeper("apply", service, "--file", file("doors: 2"), "--author", "ben@desk");

        assertThat(keeper("history", service, "-o", "json")).isZero();

        assertThat(json()).extracting(one -> one.path("number").asInt()).containsExactly(2, 1);
        assertThat(json()).extracting(one -> one.path("author").asText()).containsExactly("ben@desk", "ann@desk");
        assertThat(json()).extracting(one -> one.path("state").asText()).containsExactly("stable", "-");
        assertThat(json().path(1).path("message").asText()).isEqualTo("first");
        assertThat(keeper("history", service, "--limit", "1")).isZero();
        assertThat(printed().lines()).hasSize(3).last().asString().startsWith("last: apply by ben@desk ");
    }

    @Test
    void whoDoesNotWaitIsToldWhatWasWrittenAndNoMore() throws Exception {
        start("one");
        assertThat(keeper("apply", service, "--file", file("doors: 1"), "--wait", "0s"))
                .isZero();
        assertThat(printed()).isEqualTo(service + ": revision 1 is written");
    }

    @Test
    void theAuthorIsWhoRunsTheCommandUnlessSaid() throws Exception {
        configured(service, "doors: 1");
        keeper("get", service, "-o", "json");
        assertThat(json().path("author").asText()).startsWith(System.getProperty("user.name") + "@");
    }

    @Test
    void rollingBackTwiceGoesBackFurther() throws Exception {
        configured(service, "doors: 1");
        configured(service, "doors: 2");
        configured(service, "doors: 3");
        ServiceHost<House> house = start("one");

        assertThat(keeper("rollback", service)).isZero();
        assertThat(printed()).startsWith(service + ": revision 4 is written, with what revision 2 says");
        assertThat(house.config().doors()).isEqualTo(2);
        assertThat(keeper("rollback", service, "-m", "still wrong")).isZero();
        assertThat(house.config().doors()).isEqualTo(1);
        assertThat(keeper("rollback", service, "--to", "3")).isZero();
        assertThat(house.config().doors()).isEqualTo(3);
        assertThat(keeper("rollback", service, "--to", "0")).isZero();
        assertThat(house.config()).isEqualTo(House.defaults());
        assertThat(keeper("rollback", service)).isEqualTo(7);
        assertThat(said()).endsWith("revision 7 is empty as before the first (expected: --to N, to go on from)");

        keeper("history", service);
        assertThat(printed()).contains("rollback to 1: still wrong");
    }

    @Test
    void diffTellsTheKeysThatAreNotTheSame() throws Exception {
        configured(service, "doors: 2\nzone: a\n");
        configured(service, "# said otherwise\nzone: a\ndoors: 3\nopen: 1\n");

        assertThat(keeper("diff", service)).isEqualTo(Exit.DIFFERENT.number());
        assertThat(printed().lines())
                .containsExactly("KEY    revision 1  revision 2", "doors  2           3", "open   -           1");
        assertThat(keeper("diff", service, "--file", file("zone: b\ndoors: 3\nopen: 1"), "-o", "json"))
                .isEqualTo(1);
        assertThat(json().path("differences")).hasSize(1);
        assertThat(keeper("diff", service, "--from", "2", "--to", "2")).isZero();
    }

    @Test
    void thereIsNoDifferenceWhereNothingIsConfigured() {
        assertThat(keeper("diff", service)).isEqualTo(7);
        assertThat(said()).isEqualTo("keeper: " + service + ": nothing is configured");
    }

    @Test
    void validateNeedsNoZooKeeper() throws Exception {
        assertThat(plain("validate", service, "--file", file("doors: 3"))).isZero();
        assertThat(printed()).isEqualTo(service + ": valid");
        assertThat(plain("validate", service, "--file", file("dooors: 3\nopen: 9")))
                .isEqualTo(3);
        assertThat(said().lines()).containsExactly("keeper: dooors: unknown key (did you mean doors?)");
    }

    @Test
    void onlineValidateKnowsTheOtherScopes() throws Exception {
        configured(service, "doors: 3");
        assertThat(keeper("validate", service + "/one", "--file", file("open: 3"), "--online"))
                .isZero();
        assertThat(plain("validate", service + "/one", "--file", file("open: 3")))
                .isEqualTo(3);
        assertThat(said()).isEqualTo("keeper: open: 3 (expected: at most 1)");
    }

    @Test
    void theWholeOfServiceAndInstanceIsChecked() throws Exception {
        configured(service, "doors: 3");
        configured(service + "/one", "open: 3");

        assertThat(keeper("apply", service, "--file", file("doors: 2"))).isEqualTo(3);

        assertThat(said().lines())
                .containsExactly(
                        "keeper: with that of " + service + "/one: open: 3 (expected: at most 2)",
                        "keeper: nothing was written");
    }

    @Test
    void secretsThatAreElsewhereAreNotRead() throws Exception {
        assertThat(keeper("apply", service, "--file", file("key: {file: /no/such/file}")))
                .isZero();
    }

    @Test
    void ofOperatorsAtOneTimeOneWinsAndTheOthersAreTold() throws Exception {
        RevisionStore store = new RevisionStore(client, Clock.systemUTC());
        Scope scope = new Scope.Service(service);
        CyclicBarrier together = new CyclicBarrier(4);

        var outcomes = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> write(store, scope, together, "doors: " + (i + 1))))
                .toList();

        assertThat(outcomes.stream().map(CompletableFuture::join).filter(won -> won))
                .hasSize(1);
        assertThat(store.history(scope, store.read(scope))).hasSize(1);
    }

    private static boolean write(RevisionStore store, Scope scope, CyclicBarrier together, String yaml) {
        try {
            var state = store.read(scope);
            together.await();
            store.apply(scope, state, new RevisionStore.Draft(yaml, "me", "", 0), "apply");
            return true;
        } catch (Exception e) {
            assertThat(e).hasMessageContaining("changed by someone else meanwhile; nothing was written");
            return false;
        }
    }

    @Test
    void onlyTheNewestHundredAreKept() throws Exception {
        RevisionStore store = new RevisionStore(client, Clock.systemUTC());
        Scope scope = new Scope.Service(service);
        for (int i = 1; i <= RevisionStore.KEPT + 5; i++) {
            store.apply(scope, store.read(scope), new RevisionStore.Draft("doors: " + i, "me", "", i - 1), "apply");
        }

        assertThat(store.history(scope, store.read(scope))).hasSize(RevisionStore.KEPT);
        assertThat(keeper("get", service, "--revision", "5")).isEqualTo(7);
        assertThat(said()).isEqualTo("keeper: " + service + ": no revision 5 (kept: 6 to 105)");
    }

    @Test
    void whatSomebodyWroteByHandIsTheFirstRevision() throws Exception {
        client.create().creatingParentsIfNeeded().forPath(ZooKeeperPaths.config(service), "doors: 7".getBytes(UTF_8));
        ServiceHost<House> house = start("one");
        assertThat(house.config().doors()).isEqualTo(7);

        assertThat(keeper("apply", service, "--file", file("doors: 8"))).isZero();
        assertThat(house.config().doors()).isEqualTo(8);
        keeper("history", service, "-o", "json");
        assertThat(json()).extracting(one -> one.path("message").asText()).containsExactly("", "written by hand");
        keeper("rollback", service);
        await().until(() -> house.config().doors() == 7);
    }

    @Test
    void aRevisionThatDoesNotHoldAnyMoreIsAConflict() throws Exception {
        configured(service, "doors: 1");
        assertThat(keeper("apply", service, "--file", file("doors: 2"), "--if-revision", "7"))
                .isEqualTo(8);
        assertThat(said()).isEqualTo("keeper: " + service + ": revision 1 holds (expected: 7); nothing was written");
        assertThat(keeper("apply", service, "--file", file("doors: 2"), "--if-revision", "0"))
                .isEqualTo(8);
        assertThat(keeper("apply", service, "--file", file("doors: 2"), "--if-revision", "1"))
                .isZero();
    }

    @Test
    void getTellsProgramsAllOfARevision() throws Exception {
        configured(service, "doors: 1");
        keeper("get", service, "-o", "json");
        JsonNode told = json();
        assertThat(told.path("number").asInt()).isEqualTo(1);
        assertThat(told.path("stable").asInt()).isEqualTo(1);
        assertThat(told.path("hash").asText()).hasSize(12);
        assertThat(told.path("yaml").asText()).isEqualTo("doors: 1");
    }
}
