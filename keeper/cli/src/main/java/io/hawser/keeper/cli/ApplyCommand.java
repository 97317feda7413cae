package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.hawser.keeper.config.ConfigException;
import io.hawser.keeper.config.ConfigTree;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * Replaces the configuration of a service or instance, unless it does not suit the service, or someone else does so at
 * the same time. The instances apply it live, or refuse it as a whole: their {@code /config} page tells.
 */
@Command(
        name = "apply",
        description = "Replaces the configuration of a service or instance, unless someone else changed it meanwhile.",
        mixinStandardHelpOptions = true)
final class ApplyCommand implements Callable<Integer> {
    private static final int MAX_BYTES = 512 * 1024;
    private static final int ABSENT = -1;

    @Mixin
    private Connection connection = new Connection();

    @Parameters(
            paramLabel = "SERVICE[/INSTANCE]",
            converter = Target.Converter.class,
            description = "Whose configuration.")
    private @Nullable Target target;

    @Option(names = "--file", required = true, paramLabel = "FILE", description = "The YAML; - for standard input.")
    private String file = "";

    @Option(
            names = "--if-version",
            paramLabel = "N",
            description = "Only if the version is N, as 'get -o json' tells; -1: only if there is none yet.")
    private @Nullable Integer ifVersion;

    @Option(
            names = "--unchecked",
            description = "Also what does not suit the service as this release knows it: for instances of another one.")
    private boolean unchecked;

    @Option(names = "-o", paramLabel = "FORM", description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private Form form = Form.TABLE;

    @ParentCommand
    private @Nullable KeeperCli keeper;

    @Spec
    private @Nullable CommandSpec spec;

    /**
     * @param version that is in force now
     */
    private record Outcome(int version, boolean changed) {}

    @Override
    public Integer call() throws Exception {
        Target whose = target;
        CommandSpec here = spec;
        KeeperCli parent = keeper;
        if (whose == null || here == null || parent == null) {
            throw new IllegalStateException("not called through picocli");
        }
        String yaml = read();
        ConfigTree.checkMapping(file, yaml);
        Outcome outcome = connection.use(client -> apply(client, parent.configs(), whose, yaml));
        print(here.commandLine().getOut(), whose, outcome);
        return KeeperCli.OK;
    }

    private Outcome apply(CuratorFramework client, ServiceConfigs configs, Target whose, String yaml) throws Exception {
        Revision present = Revision.read(client, whose.path()).orElse(new Revision("", ABSENT, 0));
        if (ifVersion != null && ifVersion != present.version()) {
            throw conflict(whose, "version " + present.version() + " (expected: " + ifVersion + ")");
        }
        if (present.version() != ABSENT && present.yaml().equals(yaml)) {
            return new Outcome(present.version(), false);
        }
        if (!unchecked) {
            check(client, configs, whose, yaml);
        }
        return new Outcome(write(client, whose, yaml, present.version()), true);
    }

    private static void check(CuratorFramework client, ServiceConfigs configs, Target whose, String yaml)
            throws Exception {
        if (whose.instance() == null) {
            configs.checkService(whose.service(), yaml, Revision.readInstances(client, whose.service()));
        } else {
            String ofService = Revision.read(client, ZooKeeperPaths.config(whose.service()))
                    .map(Revision::yaml)
                    .orElse("");
            configs.checkInstance(whose.service(), ofService, yaml);
        }
    }

    private static int write(CuratorFramework client, Target whose, String yaml, int over) throws Exception {
        byte[] data = yaml.getBytes(StandardCharsets.UTF_8);
        try {
            if (over == ABSENT) {
                client.create().creatingParentsIfNeeded().forPath(whose.path(), data);
                return 0;
            }
            return client.setData()
                    .withVersion(over)
                    .forPath(whose.path(), data)
                    .getVersion();
        } catch (KeeperException.BadVersionException
                | KeeperException.NodeExistsException
                | KeeperException.NoNodeException e) {
            throw conflict(whose, "changed by someone else meanwhile");
        }
    }

    private String read() {
        try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
            byte[] data = in.readNBytes(MAX_BYTES + 1);
            if (data.length > MAX_BYTES) {
                throw new ConfigException(file + ": over " + MAX_BYTES + " bytes (expected: at most that)");
            }
            return new String(data, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "--file: " + file + " cannot be read: " + e);
        }
    }

    private void print(PrintWriter out, Target whose, Outcome outcome) {
        switch (form) {
            case TABLE ->
                out.println(whose + ": version " + outcome.version()
                        + (outcome.changed() ? " applied" : " stays: no change"));
            case JSON ->
                out.println(JsonNodeFactory.instance
                        .objectNode()
                        .put("target", whose.toString())
                        .put("version", outcome.version())
                        .put("changed", outcome.changed()));
        }
    }

    private static HawserException conflict(Target whose, String what) {
        return HawserException.refusal(ErrorCode.FAILED_PRECONDITION, whose + ": " + what + "; nothing was written");
    }
}
