package io.hawser.keeper;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hawser.keeper.config.ConfigException;
import io.hawser.keeper.config.ConfigTree;
import io.hawser.keeper.config.EffectiveConfig;
import io.hawser.keeper.revision.Revision;
import io.hawser.keeper.revision.Scope;
import io.hawser.keeper.zookeeper.KeeperLoop;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration of a service, alive: from its record's defaults, a local file, ZooKeeper's revisions for the cluster,
 * the service and this instance, and the command line, each over the one before. The revisions are followed. The whole is
 * checked before anything is touched; what makes no valid whole, or what one of the service's own parts could not take,
 * is refused as a whole, and what was in force stays. Loop only, but for reading.
 *
 * @param <C> the record
 */
final class LiveConfig<C extends Record> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveConfig.class);

    private final Class<C> type;
    private final HostSettings settings;
    private final String localYaml;
    private final List<FollowedScope> scopes = new ArrayList<>();
    private final Counter applied;
    private final Counter refused;
    private final List<Consumer<C>> listeners = new CopyOnWriteArrayList<>();
    private volatile C current;
    private volatile Standing standing;
    private volatile Runnable onStanding = () -> {};

    /**
     * Reads all sources.
     *
     * @throws ConfigException when they make no valid whole, nor does any that was meant before, nor what is left without
     *     those in ZooKeeper
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
        this.localYaml = readFile(settings.configFile());
        for (Scope scope : Scope.of(settings.service(), name)) {
            scopes.add(new FollowedScope(scope, settings.service(), name, session, loop, this::revise));
        }
        this.applied = revisions(meters, "applied");
        this.refused = revisions(meters, "refused");
        Started<C> started = begin();
        this.current = started.config();
        this.standing = started.standing();
        Gauge.builder(
                        "hawser.config.refused",
                        this,
                        config -> config.standing.why().size())
                .description("What is wrong with the newest revision, which is not in force then")
                .register(meters);
        for (Scope.Kind kind : Scope.Kind.values()) {
            Gauge.builder(
                            "hawser.config.revision",
                            this,
                            config -> config.standing.running().getOrDefault(kind, Revision.NOTHING))
                    .description("The number of the revision in force")
                    .tag("scope", kind.label())
                    .register(meters);
        }
    }

    /** Follows the revisions from now on; what changed since they were read is seen too. */
    void follow() {
        scopes.forEach(FollowedScope::follow);
    }

    C current() {
        return current;
    }

    Standing standing() {
        return standing;
    }

    void onChange(Consumer<C> listener) {
        listeners.add(listener);
    }

    /** Calls in the loop after each change of {@link #standing}. */
    void onStanding(Runnable listener) {
        onStanding = listener;
    }

    /** Returns why the newest revision in ZooKeeper was refused; empty: it is in force. */
    String whyRefused() {
        return String.join("; ", standing.why());
    }

    /** Returns what is in force, secrets masked, the revisions in ZooKeeper, and why the newest was refused if so. */
    ObjectNode show() {
        Standing now = standing;
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        shown.set("effective", EffectiveConfig.show(current));
        ObjectNode revisions = shown.putObject("revisions");
        now.running().forEach((kind, number) -> revisions.put(kind.label(), number));
        var trials = shown.putArray("onTrial");
        now.onTrial().forEach(kind -> trials.add(kind.label()));
        ObjectNode notInForce = shown.putObject("refusedRevisions");
        now.refused().forEach((kind, number) -> notInForce.put(kind.label(), number));
        var problems = shown.putArray("refused");
        now.why().forEach(problems::add);
        return shown;
    }

    @Override
    public void close() {
        scopes.forEach(FollowedScope::close);
    }

    /** What the start found. */
    private record Started<C>(C config, Standing standing) {}

    /** An instance that starts must not stay away because of what those that run have refused, and go on without. */
    private Started<C> begin() throws Exception {
        Map<Scope, Revision> meant = meant();
        try {
            return new Started<>(compose(meant), standing(meant, List.of()));
        } catch (ConfigException e) {
            ConfigTree holding = merge(holding());
            Map<Scope, Revision> former = new WayBack(scopes, revisions -> check(revisions, holding)).find(e);
            Standing without = standing(former, e.problems());
            LOG.error(
                    "Refused: {}; it starts with {}:\n{}",
                    named(without.refused()),
                    named(without.running()),
                    e.getMessage());
            refused.increment();
            return new Started<>(compose(former), without);
        }
    }

    /** Returns what is meant for this instance, the widest scope first. */
    private Map<Scope, Revision> meant() {
        Map<Scope, Revision> meant = new LinkedHashMap<>();
        scopes.forEach(followed -> meant.put(followed.scope(), followed.chosen().revision()));
        return meant;
    }

    /** Returns what holds for all others, whatever is on trial here. */
    private Map<Scope, Revision> holding() throws Exception {
        Map<Scope, Revision> holding = new LinkedHashMap<>();
        for (FollowedScope followed : scopes) {
            holding.put(followed.scope(), followed.stable());
        }
        return holding;
    }

    private C compose(Map<Scope, Revision> revisions) {
        return merge(revisions).bind(type);
    }

    private void check(Map<Scope, Revision> revisions, ConfigTree holding) {
        var _ = merge(revisions).requireAsIn(holding, type).bind(type);
    }

    private ConfigTree merge(Map<Scope, Revision> revisions) {
        ConfigTree tree = new ConfigTree().overlayYaml(String.valueOf(settings.configFile()), localYaml);
        revisions.forEach((scope, revision) -> {
            String source = scope + " revision " + revision.number();
            switch (scope) {
                case Scope.Cluster all -> tree.overlayShared(source, revision.yaml(), type);
                case Scope.Service all -> tree.overlayYaml(source, revision.yaml());
                case Scope.Instance one -> tree.overlayYaml(source, revision.yaml());
            }
        });
        return tree.overlaySettings(settings.overrides());
    }

    private void revise() {
        try {
            C next = compose(meant());
            if (!next.equals(current)) {
                apply(next);
            }
            standing = standing(meant(), List.of());
        } catch (ConfigException e) {
            refuse(e);
        }
        onStanding.run();
    }

    private void refuse(ConfigException e) {
        Standing before = standing;
        Map<Scope.Kind, Integer> turnedDown = without(numbers(meant()), before.running());
        if (!e.problems().equals(before.why()) || !turnedDown.equals(before.refused())) {
            refused.increment();
            LOG.error("Refused: {}; what was in force stays:\n{}", named(turnedDown), e.getMessage());
        }
        standing = new Standing(before.running(), before.onTrial(), turnedDown, e.problems());
    }

    /** Hands the new whole to all parts of the service; if one of them throws, all get the former one again. */
    private void apply(C next) {
        C before = current;
        current = next;
        List<Consumer<C>> told = new ArrayList<>();
        for (Consumer<C> listener : listeners) {
            told.add(listener);
            try {
                listener.accept(next);
            } catch (RuntimeException | Error e) {
                LOG.error("A part of the service could not take the configuration", e);
                current = before;
                told.forEach(each -> putBack(each, before));
                throw new ConfigException("the service could not take it: " + e);
            }
        }
        applied.increment();
        LOG.info("The configuration has changed to {}:{}", named(numbers(meant())), EffectiveConfig.lines(next));
    }

    private void putBack(Consumer<C> listener, C before) {
        try {
            listener.accept(before);
        } catch (RuntimeException | Error e) {
            LOG.error("A part of the service could not take the former configuration either: restart it", e);
        }
    }

    /** Returns where it stands with these in force. */
    private Standing standing(Map<Scope, Revision> inForce, List<String> why) {
        Set<Scope.Kind> onTrial = EnumSet.noneOf(Scope.Kind.class);
        scopes.stream()
                .filter(scope -> scope.chosen().canary())
                .filter(scope -> scope.chosen().revision().equals(inForce.get(scope.scope())))
                .forEach(scope -> onTrial.add(scope.scope().kind()));
        Map<Scope.Kind, Integer> running = numbers(inForce);
        return new Standing(running, onTrial, without(numbers(meant()), running), why);
    }

    /** Returns the numbers, where anything is configured. */
    private static Map<Scope.Kind, Integer> numbers(Map<Scope, Revision> revisions) {
        Map<Scope.Kind, Integer> numbers = new EnumMap<>(Scope.Kind.class);
        revisions.forEach((scope, revision) -> {
            if (revision.number() != Revision.NOTHING) {
                numbers.put(scope.kind(), revision.number());
            }
        });
        return numbers;
    }

    private static Map<Scope.Kind, Integer> without(Map<Scope.Kind, Integer> meant, Map<Scope.Kind, Integer> running) {
        Map<Scope.Kind, Integer> rest = new EnumMap<>(Scope.Kind.class);
        meant.forEach((kind, number) -> {
            if (!number.equals(running.get(kind))) {
                rest.put(kind, number);
            }
        });
        return rest;
    }

    private static String named(Map<Scope.Kind, Integer> numbers) {
        List<String> parts = new ArrayList<>();
        numbers.forEach((kind, number) -> parts.add(kind.label() + " revision " + number));
        return parts.isEmpty() ? "no revision" : String.join(", ", parts);
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
}
