package io.hawser.keeper.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTreeTest {
    /** Of the shape that services have: nested, with values of every kind. */
    record House(
            Links links,
            AdminListen admin,
            String zone,
            Secret key,
            ByteSize frame,
            Mode mode,
            double share,
            boolean open,
            Id app,
            List<Door> doors,
            Map<String, Integer> limits,
            Optional<String> motto) {
        static House defaults() {
            return new House(
                    new Links(Duration.ofSeconds(3), 16),
                    AdminListen.defaults(),
                    "",
                    Secret.none(),
                    ByteSize.ofKibibytes(64),
                    Mode.STRICT,
                    0.5,
                    false,
                    new Id("demo"),
                    List.of(),
                    Map.of("a", 1, "b", 2),
                    Optional.empty());
        }
    }

    record Links(Duration timeout, int maxPending) {
        Links {
            if (maxPending < 1) {
                throw new IllegalArgumentException("maxPending: " + maxPending + " (expected: 1 or more)");
            }
        }
    }

    record Door(String host, int port) {}

    record Id(String value) {}

    enum Mode {
        STRICT,
        AVAILABLE
    }

    @Test
    void nothingConfiguredGivesTheDefaults() {
        assertThat(new ConfigTree().overlayYaml("empty", "").bind(House.class)).isEqualTo(House.defaults());
    }

    @Test
    void everyKindOfValueIsRead() {
        House house = bind("""
                links: {timeout: 250ms, maxPending: 7}
                zone: east
                key: hunter2
                frame: 4MiB
                mode: available
                share: 0.25
                open: true
                app: other
                doors: [{host: a, port: 1}, {host: b, port: 2}]
                limits: {c: 3}
                motto: semper
                """);

        assertThat(house)
                .isEqualTo(new House(
                        new Links(Duration.ofMillis(250), 7),
                        AdminListen.defaults(),
                        "east",
                        Secret.of("hunter2"),
                        ByteSize.ofMebibytes(4),
                        Mode.AVAILABLE,
                        0.25,
                        true,
                        new Id("other"),
                        List.of(new Door("a", 1), new Door("b", 2)),
                        Map.of("a", 1, "b", 2, "c", 3),
                        Optional.of("semper")));
    }

    @Test
    void laterSourcesWinKeyByKey() {
        House house = new ConfigTree()
                .overlayYaml("file", "links: {timeout: 1s, maxPending: 2}\nzone: file")
                .overlayYaml("service", "links: {timeout: 5s}\nlimits: {a: null}")
                .overlaySettings(Map.of("links.maxPending", "9", "zone", "007"))
                .bind(House.class);

        assertThat(house.links()).isEqualTo(new Links(Duration.ofSeconds(5), 9));
        assertThat(house.zone()).isEqualTo("007");
        assertThat(house.limits()).isEqualTo(Map.of("b", 2));
    }

    @Test
    void anUnknownKeyIsRefusedWithTheNearestKnownOne() {
        assertThat(problems("links: {timout: 1s}"))
                .containsExactly("links.timout: unknown key (did you mean links.timeout?)");
        assertThat(problems("links: {max-pending: 1}"))
                .containsExactly("links.max-pending: unknown key (did you mean links.maxPending?)");
        assertThat(problems("links: {colour: red}"))
                .containsExactly("links.colour: unknown key (expected: timeout, maxPending)");
    }

    @Test
    void allThatIsWrongIsNamedAtOnceWithItsPath() {
        assertThat(problems("""
                links: {timeout: soon, maxPending: 1.5}
                zone: 7
                frame: 64
                mode: loose
                open: perhaps
                doors: [{host: a, port: 1}, {host: b}]
                limits: [1]
                admin: 8080
                key: [a]
                zoone: x
                """))
                .containsExactlyInAnyOrder(
                        "links.timeout: soon (expected: a duration such as 250ms, 30s, 5m, 2h or 7d)",
                        "links.maxPending: 1.5 (expected: a whole number)",
                        "zone: 7 (expected: text; put it in quotes)",
                        "frame: 64 (expected: a size such as 512B, 64KiB, 4MiB or 2GiB)",
                        "mode: loose (expected: STRICT, AVAILABLE)",
                        "open: perhaps (expected: true or false)",
                        "doors[1].port: missing (expected: a value)",
                        "limits: a list (expected: a mapping)",
                        "admin: 8080 (expected: a mapping of host, port)",
                        "key: not a text (expected: a secret in quotes, {file: PATH} or {env: NAME})",
                        "zoone: unknown key (did you mean zone?)");
    }

    @Test
    void aRecordRefusesItsOwnValuesUnderItsPath() {
        assertThat(problems("links: {maxPending: 0}")).containsExactly("links.maxPending: 0 (expected: 1 or more)");
        assertThat(problems("admin: {port: 70000}")).containsExactly("admin.port: 70000 (expected: 0 to 65535)");
    }

    @Test
    void nullIsRefusedWhereThereIsADefault() {
        assertThat(problems("zone: null\nlinks:"))
                .containsExactlyInAnyOrder("zone: null (expected: a value)", "links: null (expected: a value)");
    }

    @Test
    void whatIsNoYamlMappingIsRefusedWithItsSourceAndLine() {
        assertThat(problems("- a")).containsExactly("test: not a mapping (expected: YAML of the form key: value)");
        assertThat(problems("zone: a\nzone: b")).singleElement().asString().startsWith("test: line 2: Duplicate");
        assertThat(problems("zone: a\nlinks: {")).singleElement().asString().startsWith("test: line 2:");
        assertThat(problems("zone: &z a\nmotto: *z"))
                .containsExactly("test: line 2: alias *z (expected: the value itself)");
    }

    @Test
    void aSettingWithoutAKeyIsRefused() {
        ConfigTree tree = new ConfigTree().overlaySettings(Map.of("links.", "1"));
        assertThat(catchThrowableOfType(ConfigException.class, () -> tree.bind(House.class))
                        .problems())
                .contains("--set links.: no key (expected: key=value)");
    }

    @Test
    void secretsAreMaskedWhereverTheConfigurationIsShown() {
        House house = bind("key: hunter2");
        assertThat(house.toString()).doesNotContain("hunter2");
        assertThat(EffectiveConfig.show(house).toString())
                .doesNotContain("hunter2")
                .contains("\"key\":\"****\"");
        assertThat(EffectiveConfig.lines(house)).doesNotContain("hunter2").contains("key: ****");
        assertThat(house.key().reveal()).isEqualTo("hunter2");
    }

    @Test
    void aSecretMayStandInAFileOrInTheEnvironment(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("key"), "hunter2\n");

        assertThat(bind("key: {file: " + file + "}").key()).isEqualTo(Secret.of("hunter2"));
        assertThat(bind("key: {env: PATH}").key()).isEqualTo(Secret.of(System.getenv("PATH")));
        assertThat(problems("key: {file: /no/such/file}"))
                .containsExactly("key: file /no/such/file cannot be read (NoSuchFileException)");
        assertThat(problems("key: {env: NO_SUCH_NAME}"))
                .singleElement()
                .asString()
                .startsWith("key: no NO_SUCH_NAME in the environment (expected:");
    }

    @Test
    void aCheckForAnotherProcessLeavesItsSecretsAlone() {
        ConfigTree elsewhere = new ConfigTree().overlayYaml("test", "key: {file: /no/such/file}\nzone: east");
        assertThatCode(() -> elsewhere.check(House.class)).doesNotThrowAnyException();

        ConfigTree wrong = new ConfigTree().overlayYaml("test", "key: {fil: a}\nzoone: east");
        assertThat(catchThrowableOfType(ConfigException.class, () -> wrong.check(House.class))
                        .problems())
                .containsExactlyInAnyOrder(
                        "key: not a text (expected: a secret in quotes, {file: PATH} or {env: NAME})",
                        "zoone: unknown key (did you mean zone?)");
    }

    @Test
    void theShownConfigurationHasTheFormInWhichItIsWritten() {
        assertThat(EffectiveConfig.lines(House.defaults()).lines().map(String::strip))
                .contains("links.timeout: 3s", "frame: 64KiB", "app: demo", "limits.a: 1", "doors: []", "motto: null");
    }

    private static House bind(String yaml) {
        return new ConfigTree().overlayYaml("test", yaml).bind(House.class);
    }

    private static List<String> problems(String yaml) {
        return catchThrowableOfType(ConfigException.class, () -> bind(yaml)).problems();
    }
}
