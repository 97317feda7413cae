package io.hawser.rpc.directory;

import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.Credential;
import io.hawser.rpc.v1.ReadDirectoryReply;
import io.hawser.rpc.v1.ReadDirectoryRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A local copy of the savers' directory of apps and credentials, at most a poll old, and read from any thread without
 * waiting. While no saver answers, the last copy serves.
 *
 * <p>One thread fetches: changes since the version that it has, page by page. Who misses an entry asks for a {@link
 * #refresh}; requests that come while a fetch is under way share the next one, and fetches are spaced.
 */
public final class AppDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AppDirectory.class);

    private final LinkClient savers;
    private final AppDirectorySettings settings;
    private final ScheduledExecutorService owner;
    private final Map<String, App> apps = new ConcurrentHashMap<>();
    private final Map<String, Credential> credentials = new ConcurrentHashMap<>();
    private final List<Consumer<App>> appListeners = new CopyOnWriteArrayList<>();
    private final Counter failures;
    private final Counter leftOut;
    private volatile boolean loaded;

    // The owner's own.
    private long version;
    private boolean fetching;
    private boolean reachable = true;
    private boolean closed;
    private long lastStartNanos;
    /** Of those who wait for the fetch under way, and for the one after it. */
    private CompletableFuture<Void> present = new CompletableFuture<>();

    private CompletableFuture<Void> next = new CompletableFuture<>();

    /** Starts to fetch; {@code savers} is not closed with this. */
    public AppDirectory(LinkClient savers, AppDirectorySettings settings, MeterRegistry meters) {
        this.savers = savers;
        this.settings = settings;
        this.failures = Counter.builder("hawser.directory.failures")
                .description("Fetches of the directory that failed")
                .register(meters);
        this.leftOut = Counter.builder("hawser.directory.left.out")
                .description("Entries left out of the local copy because it is full")
                .register(meters);
        Gauge.builder("hawser.directory.entries", this, AppDirectory::size)
                .description("Apps and credentials in the local copy")
                .register(meters);
        this.owner = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("directory").factory());
        this.lastStartNanos = System.nanoTime() - settings.minRefreshInterval().toNanos();
        long pollNanos = settings.poll().toNanos();
        var _ = owner.scheduleWithFixedDelay(this::fetch, 0, pollNanos, TimeUnit.NANOSECONDS);
    }

    /** Returns the app, disabled ones too; null: not known here. */
    public @Nullable App app(String id) {
        return apps.get(id);
    }

    /** All apps known now, disabled ones too. */
    public List<App> apps() {
        return List.copyOf(apps.values());
    }

    /** Calls with each app that changes from now on, once the copy has it, on the one thread that fetches. */
    public void onAppChange(Consumer<App> listener) {
        appListeners.add(listener);
    }

    /** Returns the credential, disabled ones too; null: not known here. */
    public @Nullable Credential credential(String id) {
        return credentials.get(id);
    }

    /** Whether the whole directory was read once. */
    public boolean loaded() {
        return loaded;
    }

    /**
     * Fetches what has changed, now or as soon as fetches may follow each other.
     *
     * @return completes when a fetch that began after this call has ended; fails with a {@link HawserException} where no
     *     saver answered, or the directory is closed
     */
    public CompletableFuture<Void> refresh() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            owner.execute(() -> await(done));
        } catch (RejectedExecutionException ended) {
            done.completeExceptionally(closedFailure());
        }
        return done;
    }

    /** Stops fetching; refreshes that wait fail. */
    @Override
    public void close() {
        try {
            owner.execute(this::end);
        } catch (RejectedExecutionException closedBefore) {
            LOG.debug("closed twice");
        }
        owner.shutdown();
    }

    private void await(CompletableFuture<Void> done) {
        if (closed) {
            done.completeExceptionally(closedFailure());
            return;
        }
        var _ = next.whenComplete((nothing, failure) -> {
            if (failure == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(failure);
            }
        });
        fetchWhenAllowed();
    }

    private void fetchWhenAllowed() {
        long waitNanos = lastStartNanos + settings.minRefreshInterval().toNanos() - System.nanoTime();
        if (waitNanos <= 0) {
            fetch();
        } else {
            var _ = owner.schedule(this::fetch, waitNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void fetch() {
        if (fetching || closed) {
            return;
        }
        fetching = true;
        lastStartNanos = System.nanoTime();
        present = next;
        next = new CompletableFuture<>();
        orFailed(this::fetchPage);
    }

    /** A fault ends this fetch, not all that would follow. */
    private void orFailed(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error fault) {
            LOG.error("a fetch of the directory failed", fault);
            failed(fault);
        }
    }

    private void fetchPage() {
        ReadDirectoryRequest request =
                ReadDirectoryRequest.newBuilder().setSinceVersion(version).build();
        var _ = savers.call(Route.leastLoaded(), SaverGrpc.getReadDirectoryMethod(), request, "", settings.timeout())
                .whenComplete((page, failure) -> onOwner(() -> orFailed(() -> fetched(page, failure))));
    }

    private void fetched(@Nullable ReadDirectoryReply page, @Nullable Throwable failure) {
        if (closed) {
            return;
        }
        if (page == null) {
            failed(failure);
            return;
        }
        boolean goesOn = page.getMore() && page.getVersion() != version;
        take(page);
        if (goesOn) {
            fetchPage();
        } else {
            succeeded();
        }
    }

    private void take(ReadDirectoryReply page) {
        page.getAppsList().forEach(app -> keep(apps, app.getId(), app));
        page.getAppsList().forEach(this::tell);
        page.getCredentialsList().forEach(credential -> keep(credentials, credential.getId(), credential));
        if (page.getVersion() < version) {
            LOG.warn("the directory went back from version {} to {}: reading all of it", version, page.getVersion());
            version = 0;
        } else {
            version = page.getVersion();
        }
    }

    private void tell(App app) {
        for (Consumer<App> listener : appListeners) {
            try {
                listener.accept(app);
            } catch (RuntimeException | Error fault) {
                LOG.error("A listener failed at the change of app {}", app.getId(), fault);
            }
        }
    }

    private <T> void keep(Map<String, T> entries, String id, T entry) {
        if (entries.containsKey(id) || size() < settings.maxEntries()) {
            entries.put(id, entry);
        } else {
            leftOut.increment();
        }
    }

    private void succeeded() {
        if (!reachable) {
            LOG.info("the directory is read again");
        }
        reachable = true;
        loaded = true;
        fetching = false;
        present.complete(null);
        fetchForThoseWhoWait();
    }

    private void failed(@Nullable Throwable failure) {
        failures.increment();
        if (reachable) {
            LOG.warn("no saver answers: the last copy of the directory serves", failure);
        }
        reachable = false;
        fetching = false;
        present.completeExceptionally(failure == null ? closedFailure() : failure);
        fetchForThoseWhoWait();
    }

    private void fetchForThoseWhoWait() {
        if (next.getNumberOfDependents() > 0) {
            fetchWhenAllowed();
        }
    }

    private void end() {
        closed = true;
        present.completeExceptionally(closedFailure());
        next.completeExceptionally(closedFailure());
    }

    private void onOwner(Runnable task) {
        try {
            owner.execute(task);
        } catch (RejectedExecutionException ended) {
            LOG.debug("an answer came after the end");
        }
    }

    private int size() {
        return apps.size() + credentials.size();
    }

    private static HawserException closedFailure() {
        return HawserException.refusal(ErrorCode.UNAVAILABLE, "directory: closed");
    }
}
