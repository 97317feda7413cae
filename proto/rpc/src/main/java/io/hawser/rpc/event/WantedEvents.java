package io.hawser.rpc.event;

import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.WantedEventsOfApp;
import io.hawser.rpc.v1.WantedEventsReply;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which apps want which events, asked of the coordinators again and again. While none answers, the last answer holds. */
final class WantedEvents {
    private static final Logger LOG = LoggerFactory.getLogger(WantedEvents.class);

    /** So many times as long as between two questions all coordinators have come to know what one of them knew. */
    private static final int POLLS_UNTIL_ALL_KNOW = 5;

    private final Coordinators coordinators;
    private final Supplier<EventSettings> settings;
    private final ScheduledExecutorService owner;
    private final EventMeters meters;
    private volatile Map<String, Set<EventKind>> wanted = Map.of();
    private volatile boolean asked;
    /** Apps that have wanted ONLINE or OFFLINE for long enough that every coordinator knows of it. */
    private final Set<String> longSince = ConcurrentHashMap.newKeySet();

    private final AtomicLong presenceBegun = new AtomicLong();

    WantedEvents(
            Coordinators coordinators,
            Supplier<EventSettings> settings,
            ScheduledExecutorService owner,
            EventMeters meters) {
        this.coordinators = coordinators;
        this.settings = settings;
        this.owner = owner;
        this.meters = meters;
    }

    /** Begins to ask; ends with the owner. */
    void start() {
        askIn(0);
    }

    boolean wants(String app, EventKind kind) {
        Set<EventKind> kinds = wanted.get(app);
        return kinds != null && kinds.contains(kind);
    }

    boolean isAsked() {
        return asked;
    }

    boolean anyoneWantsPresence() {
        return longSince.stream().anyMatch(app -> isPresence(wanted, app));
    }

    /** How often an app was found to want ONLINE or OFFLINE that did not before; what is told counts from then on. */
    long presenceBegun() {
        return presenceBegun.get();
    }

    private static boolean isPresence(Map<String, Set<EventKind>> wanted, String app) {
        return Presence.isAmong(wanted.getOrDefault(app, Set.of()));
    }

    private void askIn(long delayMs) {
        try {
            var _ = owner.schedule(this::ask, delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("Stopped meanwhile", e);
        }
    }

    /** A fault ends this time, not those that would follow. */
    private void ask() {
        var _ = answer().thenAccept(this::take).whenComplete((taken, failure) -> {
            if (failure != null) {
                meters.pollsFailed.increment();
                LOG.debug("Which events are wanted is not known anew", failure);
            }
            askIn(settings.get().poll().toMillis());
        });
    }

    private CompletableFuture<WantedEventsReply> answer() {
        try {
            return coordinators.wanted(settings.get().timeout());
        } catch (RuntimeException | Error fault) {
            return CompletableFuture.failedFuture(fault);
        }
    }

    private void take(WantedEventsReply reply) {
        Map<String, Set<EventKind>> all = new HashMap<>();
        for (WantedEventsOfApp app : reply.getAppsList()) {
            Set<EventKind> kinds = EnumSet.noneOf(EventKind.class);
            kinds.addAll(app.getKindsList());
            all.put(app.getApp(), kinds);
        }
        Map<String, Set<EventKind>> before = wanted;
        wanted = Map.copyOf(all);
        longSince.removeIf(app -> !isPresence(all, app));
        begin(all.keySet().stream()
                .filter(app -> isPresence(all, app) && !isPresence(before, app))
                .toList());
        asked = true;
    }

    /** A coordinator that has an older directory than the one that was asked would drop what it is told. */
    private void begin(List<String> apps) {
        if (!apps.isEmpty()) {
            long delayMs = POLLS_UNTIL_ALL_KNOW * settings.get().poll().toMillis();
            var _ = owner.schedule(() -> begun(apps), delayMs, TimeUnit.MILLISECONDS);
        }
    }

    private void begun(List<String> apps) {
        presenceBegun.addAndGet(apps.size());
        longSince.addAll(apps);
    }
}
