package io.hawser.standalone;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.agent.AgentExit;
import io.hawser.agent.config.AgentConfig;
import io.hawser.keeper.ExitCode;
import io.hawser.keeper.config.ConfigTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What compose file, chart and units name is there in the code: services, their settings, exit codes. */
final class DeployFilesTest {
    private static final Path DEPLOY = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern SETTING = Pattern.compile("--set=([A-Za-z.]+)=(.*)");
    private static final Set<String> STORES = Set.of("zookeeper", "redis", "mysql");

    @Test
    void composeStartsEveryServiceWithSettingsThatItKnows() throws IOException {
        Set<String> started = new TreeSet<>();
        ours(yaml("docker/compose.yaml").path("services")).forEach((name, of) -> {
            String service = of.path("command").path(0).asText();
            started.add(service);
            check(service, settings(of.path("command")));
        });
        assertThat(started).isEqualTo(new TreeSet<>(Services.CONFIG_TYPES.keySet()));
    }

    @Test
    void composeAsksForReadinessWhereItIsServed() throws IOException {
        JsonNode services = yaml("docker/compose.yaml").path("services");
        services.properties()
                .forEach(service -> assertThat(
                                service.getValue().path("healthcheck").path("test"))
                        .as("health check of " + service.getKey())
                        .isNotEmpty());
        ours(services).forEach((name, of) -> {
            assertThat(settings(of.path("command"))).containsEntry("admin.port", "9000");
            assertThat(of.path("healthcheck").toString()).contains("127.0.0.1/9000", "/readyz");
        });
    }

    @Test
    void theChartKnowsEveryServiceAndSettingsThatItKnows() throws IOException {
        Map<String, JsonNode> services = ours(yaml("helm/hawser/values.yaml").path("services"));
        assertThat(services.keySet()).isEqualTo(Services.CONFIG_TYPES.keySet());
        services.forEach((name, of) -> {
            Map<String, String> settings = new LinkedHashMap<>();
            of.path("settings")
                    .properties()
                    .forEach(setting ->
                            settings.put(setting.getKey(), setting.getValue().asText()));
            check(name, settings);
        });
        assertThat(yaml("helm/hawser/Chart.yaml").path("name").asText()).isEqualTo("hawser");
    }

    @Test
    void theChartsTemplateSetsWhatServicesKnow() throws IOException {
        String template = Files.readString(DEPLOY.resolve("helm/hawser/templates/services.yaml"));
        Matcher settings = Pattern.compile("--set=([a-z]+\\.[A-Za-z]+)=").matcher(template);
        Set<String> keys = new TreeSet<>();
        while (settings.find()) {
            keys.add(settings.group(1));
        }
        assertThat(keys).contains("admin.port", "link.advertisedHost", "redis.uri", "gateway.listeners");
        Map<String, String> samples = Map.of(
                "admin.port",
                "1",
                "link.port",
                "1",
                "gateway.listeners",
                "[{host: a, port: 1}]",
                "redis.uri",
                "redis://a:6379");
        for (String key : keys) {
            List<String> services = key.startsWith("redis.") || key.startsWith("mysql.")
                    ? List.of("saver")
                    : key.startsWith("gateway.") ? List.of("room") : List.copyOf(Services.CONFIG_TYPES.keySet());
            services.forEach(service -> check(service, Map.of(key, samples.getOrDefault(key, "jdbc:mysql://a/b"))));
        }
        assertThat(template).contains("path: /livez", "path: /readyz", "terminationGracePeriodSeconds");
    }

    @Test
    void unitsNameExitCodesThatMeanThat() throws IOException {
        assertThat(unit("hawser@.service"))
                .contains(
                        "RestartPreventExitStatus=0 " + ExitCode.USAGE.number() + " " + ExitCode.CONFIGURATION.number())
                .contains("io.hawser.standalone.Hawser", "-XX:+CrashOnOutOfMemoryError");
        assertThat(unit("hawser-agent.service"))
                .contains("RestartPreventExitStatus=" + AgentExit.USAGE.number() + " "
                        + AgentExit.CONFIGURATION.number() + " " + AgentExit.ALREADY_RUNS.number())
                .contains("agent --config", "--release", "KillMode=process");
    }

    @Test
    void theAgentsExampleIsOneThatTheAgentReads() {
        AgentConfig config = AgentConfig.read(DEPLOY.resolve("systemd/agent.yaml"));
        config.processes().forEach(process -> check(process.service(), process.set()));
    }

    @Test
    void theUnitsExampleNamesAService() throws IOException {
        List<String> lines = Files.readAllLines(DEPLOY.resolve("systemd/room-1.env"));
        assertThat(lines).contains("SERVICE=room");
        assertThat(Services.CONFIG_TYPES).containsKey("room");
    }

    /** Each code that both have means the same. */
    @Test
    void exitCodesOfAgentAndServicesAgree() {
        Map<Integer, String> meant =
                Map.of(2, "USAGE", 3, "CONFIGURATION", 4, "ADDRESS_IN_USE", 5, "ZOOKEEPER_UNREACHABLE");
        meant.forEach((number, name) -> {
            assertThat(AgentExit.of(number).name()).isEqualTo(name);
            assertThat(Arrays.stream(ExitCode.values()).filter(code -> code.number() == number))
                    .singleElement()
                    .hasToString(name);
        });
    }

    private static void check(String service, Map<String, String> settings) {
        assertThat(Services.CONFIG_TYPES).containsKey(service);
        new ConfigTree().overlaySettings(settings).check(requireNonNull(Services.CONFIG_TYPES.get(service)));
    }

    private static Map<String, JsonNode> ours(JsonNode services) {
        Map<String, JsonNode> ours = new LinkedHashMap<>();
        services.properties().stream()
                .filter(service -> !STORES.contains(service.getKey()))
                .forEach(service -> ours.put(service.getKey(), service.getValue()));
        return ours;
    }

    private static Map<String, String> settings(JsonNode command) {
        Map<String, String> settings = new LinkedHashMap<>();
        command.forEach(word -> {
            Matcher setting = SETTING.matcher(word.asText());
            if (setting.matches()) {
                settings.put(setting.group(1), setting.group(2));
            }
        });
        return settings;
    }

    /** By a reader that knows anchors and merges, as those of the tools do. */
    private static JsonNode yaml(String file) throws IOException {
        Object document =
                new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(DEPLOY.resolve(file)));
        return new ObjectMapper().valueToTree(document);
    }

    private static String unit(String file) throws IOException {
        return Files.readString(DEPLOY.resolve("systemd").resolve(file));
    }
}
