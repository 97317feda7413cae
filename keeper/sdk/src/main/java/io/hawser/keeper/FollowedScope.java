package io.hawser.keeper;

import io.hawser.keeper.revision.Canary;
import io.hawser.keeper.revision.Revision;
import io.hawser.keeper.revision.RevisionStore;
import io.hawser.keeper.revision.Scope;
import io.hawser.keeper.revision.ScopeState;
import io.hawser.keeper.zookeeper.KeeperLoop;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One scope of the configuration, as an instance last saw it: which revision is meant for it, and that revision's text.
 * While ZooKeeper is away, and while what the pointer names cannot be read, the last one stays. Loop only, but for the
 * start.
 */
final class FollowedScope implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FollowedScope.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /**
     * What is meant for this instance.
     *
     * @param canary whether it is on trial here
     */
    record Chosen(Revision revision, boolean canary) {}

    private final Scope scope;
    private final String service;
    private final String name;
    private final KeeperLoop loop;
    private final Runnable onChange;
    private final RevisionStore store;
    private final CuratorCache cache;
    private ScopeState state;
    private Chosen chosen;
    private boolean retrying;

    /**
     * Reads for the first time.
     *
     * @param onChange called in the loop when something else is meant for this instance
     */
    FollowedScope(
            Scope scope, String service, String name, ZooKeeperSession session, KeeperLoop loop, Runnable onChange)
            throws Exception {
        this.scope = scope;
        this.service = service;
        this.name = name;
        this.loop = loop;
        this.onChange = onChange;
        this.store = new RevisionStore(session.client(), Clock.systemUTC());
        this.cache = CuratorCache.build(session.client(), scope.pointerPath(), CuratorCache.Options.SINGLE_NODE_CACHE);
        this.state = store.read(scope);
        this.chosen = choose(state);
    }

    Scope scope() {
        return scope;
    }

    Chosen chosen() {
        return chosen;
    }

    /** Returns what holds for all others, whatever is on trial here. */
    Revision stable() throws Exception {
        return store.revision(scope, state, state.pointer().stable());
    }

    /** Returns what holds for all others and what held before, the newest first. */
    List<Revision> held() throws Exception {
        return store.held(scope, state);
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

    @Override
    public void close() {
        cache.close();
    }

    private void changed() {
        retrying = false;
        try {
            ScopeState now = seen();
            if (now.equals(state)) {
                return;
            }
            // What is meant is read first: if that fails, all stays as it was and is tried again.
            chosen = choose(now);
            state = now;
        } catch (Exception e) {
            LOG.warn("The configuration of {} cannot be read now, the last one stays: {}", scope, e.toString());
            retry();
            return;
        }
        onChange.run();
    }

    private ScopeState seen() throws Exception {
        var node = cache.get(scope.pointerPath());
        return node.isPresent()
                ? ScopeState.read(node.get().getData(), node.get().getStat())
                : ScopeState.absent();
    }

    private void retry() {
        if (!retrying) {
            retrying = true;
            loop.after(RETRY, this::changed);
        }
    }

    private Chosen choose(ScopeState now) throws Exception {
        int number = now.pointer().chosenFor(service, name);
        Canary trial = now.pointer().canary();
        boolean canary = trial != null && trial.revision() == number && trial.has(service, name);
        return new Chosen(store.revision(scope, now, number), canary);
    }
}
