package io.hawser.keeper.registry;

import io.hawser.keeper.zookeeper.KeeperLoop;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.rpc.link.Membership;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who of a service is registered in ZooKeeper, with the caution that R9 asks for: while ZooKeeper is away the last view
 * stays, and a loss of too many at once ({@link LossGuard}) is not believed of a peer before its own port has refused.
 *
 * <p>A view's version is the zxid of the last change of the set, times 256, plus the number of views that were formed of
 * that set, as doubts were settled. So it grows with each view, and of two instances' views the one with the higher
 * version knows more. State is owned by the keeper's loop.
 */
final class ZooKeeperMembership implements Membership {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperMembership.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int REVISIONS = 256;

    private final String service;
    private final ZooKeeperSession session;
    private final KeeperLoop loop;
    private final DiscoverySettings settings;
    private final Probe probe;
    private final LongSupplier nanoTime;
    private final LossGuard guard;
    private final MemberReader reader;
    private final List<Consumer<View>> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, Doubt> doubts = new TreeMap<>();
    private MemberReader.Listing listing = new MemberReader.Listing(0, Map.of());
    private boolean probing;
    private boolean probeScheduled;
    private volatile int doubted;
    private volatile List<Registration> registrations = List.of();
    private volatile View view = new View(0, List.of());

    /** A peer that vanished and is not believed to be gone: not asked yet, or found answering. */
    private record Doubt(Registration peer, long sinceNs, boolean answered) {}

    ZooKeeperMembership(
            String service,
            ZooKeeperSession session,
            KeeperLoop loop,
            DiscoverySettings settings,
            Probe probe,
            LongSupplier nanoTime,
            MeterRegistry meters) {
        this.service = service;
        this.session = session;
        this.loop = loop;
        this.settings = settings;
        this.probe = probe;
        this.nanoTime = nanoTime;
        this.guard = new LossGuard(settings.lossWindow(), nanoTime);
        this.reader = new MemberReader(session.client(), loop, service, this::refresh);
        Gauge.builder(
                        "hawser.members",
                        this,
                        membership -> membership.view.peers().size())
                .tag("of", service)
                .register(meters);
        Gauge.builder("hawser.members.doubted", this, membership -> membership.doubted)
                .description("Peers that are kept in the view though ZooKeeper lost them")
                .tag("of", service)
                .register(meters);
    }

    /** Reads for the first time and follows from then on. Loop only. */
    void start() {
        session.onNewSession(reader::forget);
        session.onReconnect(this::refresh);
        refresh();
    }

    @Override
    public View view() {
        return view;
    }

    /** Returns what the peers of the present view say of themselves, sorted by name. */
    List<Registration> registrations() {
        return registrations;
    }

    @Override
    public AutoCloseable onChange(Consumer<View> listener) {
        loop.call(() -> {
            loop.contain("membership listener", () -> listener.accept(view));
            return listeners.add(listener);
        });
        return () -> listeners.remove(listener);
    }

    private void refresh() {
        if (!session.connected()) {
            return;
        }
        try {
            listing = reader.read();
        } catch (Exception e) {
            LOG.warn("The members of {} cannot be read now: {}", service, e.toString());
            loop.after(RETRY, this::refresh);
            return;
        }
        judge();
    }

    private void judge() {
        doubts.keySet().removeAll(listing.members().keySet());
        List<Registration> lost = lost();
        if (!lost.isEmpty() && (unasked() || guard.doubts(registrations.size(), lost.size()))) {
            long nowNs = nanoTime.getAsLong();
            lost.forEach(peer -> doubts.put(peer.name(), new Doubt(peer, nowNs, false)));
            LOG.warn("{} of {} {}s vanished at once: each is asked itself", lost.size(), registrations.size(), service);
        } else {
            guard.lost(lost.size());
        }
        settle();
    }

    /** Returns those of the present view that are not listed, are not known to have gone, and are not doubted yet. */
    private List<Registration> lost() {
        return registrations.stream()
                .filter(peer -> !listing.members().containsKey(peer.name()))
                .filter(peer -> !doubts.containsKey(peer.name()))
                .filter(peer -> !left(peer))
                .toList();
    }

    private boolean left(Registration peer) {
        try {
            return Departure.isCertain(session.client(), peer.service(), peer.name(), peer.incarnation());
        } catch (Exception e) {
            LOG.debug("Whether {} left cannot be read: {}", peer.name(), e.toString());
            return false;
        }
    }

    /** Shows the view once nobody in it waits to be asked; until then the earlier one stays, for a bounded time. */
    private void settle() {
        if (!unasked()) {
            publish();
        } else if (!probing) {
            probeAll();
        }
    }

    private boolean unasked() {
        return doubts.values().stream().anyMatch(doubt -> !doubt.answered());
    }

    private void probeAll() {
        probing = true;
        Map<String, CompletableFuture<Boolean>> answers = new TreeMap<>();
        doubts.forEach((name, doubt) -> answers.put(name, probe.answers(doubt.peer())));
        var _ = CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
                .whenComplete((done, failed) -> loop.execute(() -> probed(answers)));
    }

    private void probed(Map<String, CompletableFuture<Boolean>> answers) {
        probing = false;
        answers.forEach((name, answer) -> doubts.computeIfPresent(
                name,
                (known, doubt) -> !answer.isCompletedExceptionally() && answer.join() ? kept(doubt) : gone(doubt)));
        settle();
        if (!doubts.isEmpty() && !probeScheduled) {
            probeScheduled = true;
            loop.after(settings.probeAgain(), this::probeAgain);
        }
    }

    private void probeAgain() {
        probeScheduled = false;
        if (!doubts.isEmpty() && !probing) {
            probeAll();
        }
    }

    private @Nullable Doubt kept(Doubt doubt) {
        if (nanoTime.getAsLong() - doubt.sinceNs() > settings.doubtAtMost().toNanos()) {
            LOG.warn(
                    "{} answers, but did not register again in {}: it counts as gone",
                    doubt.peer().name(),
                    settings.doubtAtMost());
            return gone(doubt);
        }
        return new Doubt(doubt.peer(), doubt.sinceNs(), true);
    }

    private @Nullable Doubt gone(Doubt doubt) {
        LOG.info("{} is gone", doubt.peer().name());
        guard.lost(1);
        return null;
    }

    private void publish() {
        List<Registration> now = new ArrayList<>(listing.members().values());
        doubts.values().forEach(doubt -> now.add(doubt.peer()));
        now.sort(Comparator.comparing(Registration::name));
        doubted = doubts.size();
        long version = nextVersion(now);
        if (version == view.version()) {
            return;
        }
        registrations = List.copyOf(now);
        view = new View(version, now.stream().map(Registration::toPeer).toList());
        LOG.info("{} {}s in view {}", now.size(), service, version);
        listeners.forEach(listener -> loop.contain("membership listener", () -> listener.accept(view)));
    }

    private long nextVersion(List<Registration> now) {
        long first = listing.zxid() * REVISIONS;
        if (first > view.version()) {
            return first;
        }
        return now.equals(registrations) ? view.version() : view.version() + 1;
    }
}
