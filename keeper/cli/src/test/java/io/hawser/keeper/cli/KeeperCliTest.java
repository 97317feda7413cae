package io.hawser.keeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.keeper.config.Secret;
import io.hawser.keeper.registry.Registration;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import io.hawser.stores.EmbeddedZooKeeper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeeperCliTest {
    private static EmbeddedZooKeeper zooKeeper;
    private static CuratorFramework client;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @BeforeAll
    static void startZooKeeper() {
        zooKeeper = EmbeddedZooKeeper.temporary();
        client = ZooKeeperSession.client(ZooKeeperSettings.of(zooKeeper.connectString()));
        client.start();
    }

    @AfterAll
    static void stopZooKeeper() {
        client.close();
        zooKeeper.close();
    }

    @Test
    void instancesAreListedForPeople() throws Exception {
        register("listed", "listed-1");

        assertThat(keeper("instances", "--service", "listed")).isZero();

        assertThat(out.toString().lines())
                .containsExactly(
                        "SERVICE  NAME      ADDRESS         ZONE  INCARNATION  VERSION  STARTED               ATTRIBUTES",
                        "listed   listed-1  127.0.0.1:7000  east  42           0.1.0    2026-01-02T03:04:05Z"
                                + "  clients=127.0.0.1:5000");
    }

    @Test
    void instancesAreListedForPrograms() throws Exception {
        register("counted", "counted-2");
        register("counted", "counted-1");

        assertThat(keeper("instances", "-o", "json")).isZero();

        assertThat(json())
                .filteredOn(instance -> instance.path("service").asText().equals("counted"))
                .extracting(instance -> instance.path("name").asText())
                .containsExactly("counted-1", "counted-2");
    }

    @Test
    void aServiceWithoutInstancesIsAnEmptyList() {
        assertThat(keeper("instances", "--service", "nobody", "-o", "json")).isZero();
        assertThat(out.toString().strip()).isEqualTo("[]");
    }

    @Test
    void whatIsAppliedIsWhatOneGets() throws Exception {
        String file = file("zone: east\nlink:\n  port: 1\n");

        assertThat(keeper("apply", "applied", "--file", file)).isZero();
        assertThat(out.toString().strip()).isEqualTo("applied: version 0 applied");
        out.getBuffer().setLength(0);
        assertThat(keeper("get", "applied")).isZero();

        assertThat(out.toString()).isEqualTo("zone: east\nlink:\n  port: 1\n");
    }

    @Test
    void anInstanceHasAConfigurationOfItsOwn() throws Exception {
        assertThat(keeper("apply", "owning/owning-1", "--file", file("zone: west")))
                .isZero();
        out.getBuffer().setLength(0);
        assertThat(keeper("get", "owning/owning-1", "-o", "json")).isZero();

        assertThat(json().path("yaml").asText()).isEqualTo("zone: west");
        assertThat(json().path("version").asInt()).isZero();
    }

    @Test
    void applyingTheSameAgainChangesNothing() throws Exception {
        String file = file("zone: east");
        keeper("apply", "same", "--file", file);
        out.getBuffer().setLength(0);

        assertThat(keeper("apply", "same", "--file", file, "-o", "json")).isZero();

        assertThat(json().path("changed").asBoolean()).isFalse();
        assertThat(json().path("version").asInt()).isZero();
    }

    @Test
    void aVersionThatIsNotThePresentOneIsAConflict() throws Exception {
        keeper("apply", "contested", "--file", file("zone: a"));

        assertThat(keeper("apply", "contested", "--file", file("zone: b"), "--if-version", "7"))
                .isEqualTo(KeeperCli.CONFLICT);
        assertThat(err.toString().strip()).isEqualTo("keeper: contested: version 0 (expected: 7); nothing was written");
        assertThat(keeper("apply", "contested", "--file", file("zone: b"), "--if-version", "-1"))
                .isEqualTo(KeeperCli.CONFLICT);
        assertThat(keeper("apply", "contested", "--file", file("zone: b"), "--if-version", "0"))
                .isZero();
    }

    @Test
    void whatIsNoMappingIsNotApplied() throws Exception {
        assertThat(keeper("apply", "refused", "--file", file("- a\n- b"))).isEqualTo(KeeperCli.CONFIGURATION);
        assertThat(err.toString()).contains("not a mapping (expected: YAML of the form key: value)");
        assertThat(client.checkExists().forPath(ZooKeeperPaths.config("refused")))
                .isNull();
    }

    @Test
    void whatNoInstanceWouldTakeIsNotApplied() throws Exception {
        assertThat(checked("apply", "house", "--file", file("dooors: 3"))).isEqualTo(KeeperCli.CONFIGURATION);
        assertThat(err.toString().lines())
                .containsExactly("keeper: dooors: unknown key (did you mean doors?)", "keeper: nothing was written");
        assertThat(checked("apply", "house/house-1", "--file", file("doors: 0")))
                .isEqualTo(KeeperCli.CONFIGURATION);
        assertThat(err.toString()).contains("keeper: doors: 0 (expected: 1 or more)");
        assertThat(client.checkExists().forPath(ZooKeeperPaths.config("house"))).isNull();
    }

    @Test
    void whatSuitsTheServiceIsAppliedWithSecretsThatAreElsewhere() throws Exception {
        assertThat(checked("apply", "home", "--file", file("doors: 3\nkey: {file: /no/such/file}")))
                .isZero();
        assertThat(out.toString().strip()).isEqualTo("home: version 0 applied");
    }

    @Test
    void theWholeOfServiceAndInstanceIsChecked() throws Exception {
        assertThat(checked("apply", "castle", "--file", file("doors: 3"))).isZero();
        assertThat(checked("apply", "castle/castle-1", "--file", file("open: 4")))
                .isEqualTo(KeeperCli.CONFIGURATION);
        assertThat(checked("apply", "castle/castle-1", "--file", file("open: 3")))
                .isZero();
        err.getBuffer().setLength(0);

        assertThat(checked("apply", "castle", "--file", file("doors: 2"))).isEqualTo(KeeperCli.CONFIGURATION);

        assertThat(err.toString().lines())
                .containsExactly(
                        "keeper: with that of castle/castle-1: open: 3 (expected: at most 2)",
                        "keeper: nothing was written");
    }

    @Test
    void aServiceThatDoesNotExistIsNotConfigured() throws Exception {
        assertThat(checked("apply", "hut", "--file", file("doors: 3"))).isEqualTo(KeeperCli.USAGE);
        assertThat(err.toString().strip())
                .isEqualTo("keeper: hut: no such service (expected: castle, home, house, manor)");
    }

    @Test
    void anotherReleasesConfigurationIsAppliedUnchecked() throws Exception {
        assertThat(checked("apply", "manor", "--file", file("moat: deep"), "--unchecked"))
                .isZero();
    }

    @Test
    void nothingConfiguredIsNotFound() {
        assertThat(keeper("get", "absent")).isEqualTo(KeeperCli.NOT_FOUND);
        assertThat(err.toString().strip()).isEqualTo("keeper: absent: nothing is configured at /hawser/config/absent");
    }

    @Test
    void aWrongCommandLineIsOneClearLine() {
        assertThat(keeper("get", "Room!")).isEqualTo(KeeperCli.USAGE);
        assertThat(keeper("frobnicate")).isEqualTo(KeeperCli.USAGE);
        assertThat(keeper("apply", "room", "--file", "/no/such/file")).isEqualTo(KeeperCli.USAGE);
        assertThat(keeper()).isEqualTo(KeeperCli.USAGE);
        assertThat(err.toString().lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).startsWith("keeper"));
    }

    @Test
    void zooKeeperOutOfReachIsSaidSo() {
        int code = run(new ServiceConfigs(Map.of()), "instances", "--zookeeper", "127.0.0.1:1");
        assertThat(code).isEqualTo(KeeperCli.ZOOKEEPER_UNREACHABLE);
        assertThat(err.toString().strip())
                .isEqualTo("keeper: zookeeper: 127.0.0.1:1 does not answer (expected: within 5 s)");
    }

    record House(int doors, int open, Secret key) {
        House {
            if (doors < 1) {
                throw new IllegalArgumentException("doors: " + doors + " (expected: 1 or more)");
            }
            if (open > doors) {
                throw new IllegalArgumentException("open: " + open + " (expected: at most " + doors + ")");
            }
        }

        static House defaults() {
            return new House(1, 0, Secret.none());
        }
    }

    /** By a keeper that knows what services look like. */
    private int checked(String... args) {
        Map<String, Class<? extends Record>> types =
                Map.of("house", House.class, "home", House.class, "castle", House.class, "manor", House.class);
        return onZooKeeper(new ServiceConfigs(types), args);
    }

    private int keeper(String... args) {
        return onZooKeeper(new ServiceConfigs(Map.of()), args);
    }

    private int onZooKeeper(ServiceConfigs configs, String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        if (args.length > 0 && List.of("instances", "get", "apply").contains(args[0])) {
            all.addAll(List.of("--zookeeper", zooKeeper.connectString()));
        }
        return run(configs, all.toArray(String[]::new));
    }

    private int run(ServiceConfigs configs, String... args) {
        return KeeperCli.run(configs, new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out.toString());
    }

    private String file(String yaml) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "config", ".yaml"), yaml)
                .toString();
    }

    private static void register(String service, String name) throws Exception {
        Registration registration = new Registration(
                service,
                name,
                "127.0.0.1",
                7000,
                "east",
                42,
                Map.of("clients", "127.0.0.1:5000"),
                Instant.parse("2026-01-02T03:04:05Z"),
                "0.1.0");
        client.create().creatingParentsIfNeeded().forPath(ZooKeeperPaths.member(service, name), registration.toJson());
    }
}
