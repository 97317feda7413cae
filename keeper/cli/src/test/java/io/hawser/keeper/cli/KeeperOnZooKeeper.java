package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.keeper.Advertisement;
import io.hawser.keeper.HostSettings;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceHost;
import io.hawser.keeper.config.AdminListen;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import io.hawser.stores.EmbeddedZooKeeper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The command on a real ZooKeeper, with real instances of a service in this JVM, which are stopped after each test. */
abstract class KeeperOnZooKeeper {
    static EmbeddedZooKeeper zooKeeper;
    static CuratorFramework client;

    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    private final Deque<ServiceHost<House>> running = new ArrayDeque<>();

    /** Each test has a kind of service to itself, and so nothing in common with the others but the cluster. */
    String service = "";

    @TempDir
    Path directory;

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

    @BeforeEach
    void nameService(TestInfo test) {
        String method = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
        service = method.substring(0, Math.min(40, method.length()));
    }

    @AfterEach
    void stopInstances() {
        running.forEach(ServiceHost::close);
    }

    ServiceHost<House> start(String name) {
        return start(name, Map.of());
    }

    ServiceHost<House> start(String name, Map<String, String> overrides) {
        return start(HostSettings.of(service, zooKeeper.connectString())
                .withName(name)
                .withOverrides(overrides));
    }

    ServiceHost<House> start(HostSettings settings) {
        HostSettings prompt = settings.withDrainTimeout(Duration.ofSeconds(5));
        ServiceHost<House> host = ServiceHost.start(prompt, House.class, KeeperOnZooKeeper::serve);
        running.push(host);
        return host;
    }

    private static Service serve(ServiceContext<House> context) {
        context.advertise(Advertisement.of("127.0.0.1", 7000, context.config().zone()));
        remarkOn(context, context.config());
        context.onConfigChange(changed -> remarkOn(context, changed));
        return new Service() {
            @Override
            public void drain(Duration atMost) {}

            @Override
            public void close() {}
        };
    }

    private static void remarkOn(ServiceContext<House> context, House house) {
        context.remark("doors", house.open() == 0 ? "" : house.open() + " open");
    }

    /** Runs a command as the launcher does: it knows what this test's service looks like. */
    int keeper(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--zookeeper", zooKeeper.connectString()));
        return plain(all.toArray(String[]::new));
    }

    /** The same without ZooKeeper's address. */
    int plain(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Map<String, Class<? extends Record>> types = Map.of(service, House.class, "hall", Hall.class);
        return KeeperCli.run(
                new ServiceConfigs(types),
                new LocalPlatform(directory),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                args);
    }

    /** Another service, which has some keys in common with the first. */
    record Hall(String zone, int seats, AdminListen admin) {
        static Hall defaults() {
            return new Hall("", 10, AdminListen.defaults());
        }
    }

    JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out.toString());
    }

    String said() {
        return err.toString().strip();
    }

    String printed() {
        return out.toString().strip();
    }

    String file(String yaml) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "config", ".yaml"), yaml)
                .toString();
    }

    /** Applies without a word. */
    void configured(String scope, String yaml) throws IOException {
        int code = keeper("apply", scope, "--file", file(yaml), "--unchecked", "--allow-empty");
        if (code != 0) {
            throw new AssertionError(code + ": " + said() + printed());
        }
    }
}
