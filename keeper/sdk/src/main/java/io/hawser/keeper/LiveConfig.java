package io.hawser.keeper;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hawser.keeper.config.ConfigException;
import io.hawser.keeper.config.ConfigTree;
import io.hawser.keeper.config.EffectiveConfig;
import io.hawser.keeper.zookeeper.KeeperLoop;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration of a service, alive: from its record's defaults, a local file, ZooKeeper's text for the service and
 * for this instance, and the command line, each over the one before. The two texts in ZooKeeper are followed; a change
 * that does not make a valid whole is refused as a whole, and what was in force stays. Loop only, but for reading.
 *
 * @param <C> the record
 */
final class LiveConfig<C extends Record> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveConfig.class);

    private final Class<C> type;
    private final HostSettings settings;
    private final String localYaml;
    private final KeeperLoop loop;
    private final Text forService;
    private final Text forInstance;
    private final Counter applied;
    private final Counter refused;
    private final List<Consumer<C>> listeners = new CopyOnWriteArrayList<>();
    private volatile C current;
    private volatile List<String> refusal = List.of();

    /**
     * Reads all sources.
     *
     * @throws ConfigException when they make no valid whole
     */
    LiveConfig(
            Class<C> type,
            HostSettings settings,
            String name,
            ZooKeeperSession session,
            KeeperLoop loop,
            MeterRegistry meters)
            throws Exception {
        this.type = type;
        this.settings = settings;
        this.loop = loop;
        this.localYaml = readFile(settings.configFile());
        this.forService = new Text(session, ZooKeeperPaths.config(settings.service()));
        this.forInstance = new Text(session, ZooKeeperPaths.config(settings.service(), name));
        this.applied = revisions(meters, "applied");
        this.refused = revisions(meters, "refused");
        Gauge.builder("hawser.config.refused", this, config -> config.refusal.size())
                .description("What is wrong with the newest revision, which is not in force then")
                .register(meters);
        this.current = compose();
    }

    /** Follows the texts in ZooKeeper from now on; what changed since they were read is seen too. */
    void follow() {
        forService.follow();
        forInstance.follow();
    }

    C current() {
        return current;
    }

    void onChange(Consumer<C> listener) {
        listeners.add(listener);
    }

    /** Returns why the newest revision in ZooKeeper was refused; empty: it is in force. */
    String whyRefused() {
        return String.join("; ", refusal);
    }

    /** Returns what is in force, secrets masked, the revisions in ZooKeeper, and why the newest was refused if so. */
    ObjectNode show() {
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        shown.set("effective", EffectiveConfig.show(current));
        shown.putObject("revisions")
                .put(forService.path, forService.version)
                .put(forInstance.path, forInstance.version);
        var problems = shown.putArray("refused");
        refusal.forEach(problems::add);
        return shown;
    }

    @Override
    public void close() {
        forService.close();
        forInstance.close();
    }

    private C compose() {
        return new ConfigTree()
                .overlayYaml(String.valueOf(settings.configFile()), localYaml)
                .overlayYaml(forService.path, forService.yaml)
                .overlayYaml(forInstance.path, forInstance.yaml)
                .overlaySettings(settings.overrides())
                .bind(type);
    }

    private void revise() {
        C next;
        try {
            next = compose();
        } catch (ConfigException e) {
            refuse(e);
            return;
        }
        refusal = List.of();
        if (!next.equals(current)) {
            apply(next);
        }
    }

    private void refuse(ConfigException e) {
        if (!e.problems().equals(refusal)) {
            refused.increment();
            refusal = e.problems();
            LOG.error("A revision of the configuration is refused, the last good one stays:\n{}", e.getMessage());
        }
    }

    private void apply(C next) {
        current = next;
        applied.increment();
        LOG.info("The configuration has changed:{}", EffectiveConfig.lines(next));
        listeners.forEach(listener -> loop.contain("configuration listener", () -> listener.accept(next)));
    }

    private static Counter revisions(MeterRegistry meters, String outcome) {
        return Counter.builder("hawser.config.revisions")
                .description("Revisions of the configuration that came while running")
                .tag("outcome", outcome)
                .register(meters);
    }

    private static String readFile(@Nullable Path file) {
        try {
            return file == null ? "" : Files.readString(file);
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read: " + e);
        }
    }

    /** One text in ZooKeeper, as it was last seen. An absent node is an empty text. */
    private final class Text implements AutoCloseable {
        private final String path;
        private final CuratorCache cache;
        private String yaml = "";
        private volatile @Nullable Integer version;

        Text(ZooKeeperSession session, String path) throws Exception {
            this.path = path;
            this.cache = CuratorCache.build(session.client(), path, CuratorCache.Options.SINGLE_NODE_CACHE);
            readOnce(session);
        }

        private void readOnce(ZooKeeperSession session) throws Exception {
            try {
                Stat stat = new Stat();
                byte[] data = session.client().getData().storingStatIn(stat).forPath(path);
                take(data, stat);
            } catch (KeeperException.NoNodeException e) {
                LOG.debug("Nothing is configured at {}", path);
            }
        }

        /** Nothing is taken from the cache before it has been filled: until then an absent node means nothing. */
        void follow() {
            cache.listenable()
                    .addListener(CuratorCacheListener.builder()
                            .forAll((event, before, now) -> loop.execute(this::changed))
                            .afterInitialized()
                            .build());
            cache.listenable()
                    .addListener(CuratorCacheListener.builder()
                            .forInitialized(() -> loop.execute(this::changed))
                            .build());
            cache.start();
        }

        private void changed() {
            cache.get(path).ifPresentOrElse(this::take, this::absent);
            revise();
        }

        private void take(ChildData data) {
            take(data.getData(), data.getStat());
        }

        private void take(byte[] data, Stat stat) {
            yaml = new String(data, StandardCharsets.UTF_8);
            version = stat.getVersion();
        }

        private void absent() {
            yaml = "";
            version = null;
        }

        @Override
        public void close() {
            cache.close();
        }
    }
}
