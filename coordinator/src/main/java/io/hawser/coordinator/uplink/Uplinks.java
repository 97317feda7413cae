package io.hawser.coordinator.uplink;

import io.hawser.coordinator.webhook.Outcome;
import io.hawser.coordinator.webhook.Reply;
import io.hawser.coordinator.webhook.WebhookClient;
import io.hawser.rpc.link.Caller;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.AppendUplinkReply;
import io.hawser.rpc.v1.AppendUplinkRequest;
import io.hawser.rpc.v1.CarryUplinkReply;
import io.hawser.rpc.v1.CarryUplinkRequest;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.rpc.v1.UplinkItem;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes uplinks, has them stored, and forwards all that is undelivered in the slots that this coordinator owns: what it
 * stored itself, and what it finds in the store.
 *
 * <p>Any coordinator may take an uplink; who owns its slot forwards it. While views differ, two may forward the same item:
 * it has one webhook id.
 */
public final class Uplinks implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int WEBHOOK_ID_BYTES = 16;
    private static final int MAX_ROUTE_CHARS = 64;
    private static final int MAX_CORRELATION_CHARS = 64;
    /** After the slots were given out anew, some who have the older view may still store what is now for another. */
    private static final int[] LOOK_AGAIN_MS = {2_000, 5_000};

    private final String name;
    private final Callbacks callbacks;
    private final Supplier<ForwardSettings> settings;
    private final OwnerLoop loop;
    private final OutboxStore store;
    private final Attempts attempts;
    private final MailboxReplies replies;
    private final Streams streams;
    private final Forwarder forwarder;
    private final OutboxScan scan;
    private final Once once;
    private final ForwardMeters meters;
    private final Clock clock;
    private boolean taken;

    /** Who these talk to; they are not closed with this. */
    public record Links(LinkClient savers, LinkClient registers, LinkClient rooms) {}

    public Uplinks(
            String name,
            Links links,
            Callbacks callbacks,
            WebhookClient client,
            Supplier<ForwardSettings> settings,
            Clock clock,
            MeterRegistry registry) {
        this.name = name;
        this.callbacks = callbacks;
        this.settings = settings;
        this.clock = clock;
        this.meters = new ForwardMeters(registry);
        this.loop = new OwnerLoop("uplinks", meters.faults::increment);
        this.store = new OutboxStore(links.savers, settings);
        this.attempts = new Attempts(client::post, meters);
        this.replies = new MailboxReplies(links.savers, links.registers, links.rooms, callbacks, settings, loop, clock);
        Held held = new Held(settings);
        this.streams = new Streams(loop, settings, callbacks, store, held, meters);
        Endings endings = new Endings(loop, settings, store, replies, held, meters, clock);
        this.forwarder = new Forwarder(loop, settings, callbacks, streams, endings, attempts, meters, clock);
        this.scan = new OutboxScan(streams, callbacks, endings, store, loop, held, meters);
        this.once = new Once(loop, callbacks, streams, forwarder, attempts);
        meters.gauge("hawser.coordinator.held", "Items in memory", held::items);
        meters.gauge("hawser.coordinator.held.bytes", "Their size", held::bytes);
        meters.gauge("hawser.coordinator.streams", "Streams in memory", held::streams);
        meters.gauge("hawser.coordinator.in.flight", "Attempts under way", forwarder.turns()::inFlight);
        loop.after(settings.get().rescanEvery().toMillis(), this::tick);
    }

    /** Serves {@code CarryUplink}; see there. */
    public CompletionStage<CarryUplinkReply> carry(CarryUplinkRequest request, Caller caller) {
        checkNames(request);
        if (refusal(request) == null) {
            return carryChecked(request, caller);
        }
        // Who is refused forgets its uplink: not for a callback that this copy of the directory has not heard of yet.
        return callbacks.refresh().handle(Uplinks::refreshed).thenCompose(refreshed -> {
            HawserException refusal = refreshed != null ? refreshed : refusal(request);
            if (refusal != null) {
                meters.refused.increment();
                return CompletableFuture.failedStage(refusal);
            }
            return carryChecked(request, caller);
        });
    }

    /** Forwards what was stored just now, where its slot is owned here. */
    public void offer(OutboxItem item) {
        loop.execute(() -> scan.fresh(item));
    }

    /** The coordinators alive are others now. */
    public void follow(Membership.View view) {
        OwnedSlots now = OwnedSlots.of(name, view);
        loop.execute(() -> take(now));
    }

    /** An app's callbacks may be others now. */
    public void changed(App app) {
        loop.execute(() -> {
            forwarder.changed(app.getId());
            scan.changed(app.getId());
        });
    }

    /** Begins no attempt any more, and waits until those under way are over and the store knows. */
    public void drain(Duration atMost) throws InterruptedException {
        loop.execute(forwarder.turns()::stop);
        CountDownLatch idle = new CountDownLatch(1);
        loop.execute(() -> whenIdle(idle));
        idle.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends at once; what is under way will be tried again by whoever owns its slots next. */
    @Override
    public void close() {
        loop.close();
        once.close();
        attempts.close();
    }

    private CompletionStage<CarryUplinkReply> carryChecked(CarryUplinkRequest request, Caller caller) {
        return request.getNumber() == 0 ? carryOnce(request) : carryStored(request, caller);
    }

    private static @Nullable HawserException refreshed(@Nullable Void done, @Nullable Throwable failure) {
        return failure == null
                ? null
                : new HawserException(ErrorCode.UNAVAILABLE, "callback: cannot be looked up now", failure);
    }

    private CompletionStage<CarryUplinkReply> carryStored(CarryUplinkRequest request, Caller caller) {
        Duration left = caller.remaining();
        Duration timeout = left.compareTo(settings.get().storeTimeout()) < 0
                ? left
                : settings.get().storeTimeout();
        return store.append(toStore(request), timeout)
                .whenComplete((stored, failure) -> (failure == null ? meters.stored : meters.refused).increment())
                .thenApply(this::taken);
    }

    private CarryUplinkReply taken(AppendUplinkReply stored) {
        if (stored.hasItem()) {
            offer(stored.getItem());
        }
        return CarryUplinkReply.newBuilder()
                .setStored(stored.getStored())
                .setOutOfOrder(stored.getOutOfOrder())
                .build();
    }

    private CompletionStage<CarryUplinkReply> carryOnce(CarryUplinkRequest request) {
        OutboxItem item = OutboxItem.newBuilder()
                .setWebhookId(randomId())
                .setApp(request.getApp())
                .setUser(request.getUser())
                .setDevice(request.getDevice())
                .setReceivedMs(clock.millis())
                .setUplink(UplinkItem.newBuilder()
                        .setRoute(request.getRoute())
                        .setBody(request.getBody())
                        .setText(request.getText())
                        .setCorrelation(request.getCorrelation())
                        .setMailbox(request.getMailbox()))
                .build();
        return once.send(item).thenApply(delivered -> answered(item, delivered, request));
    }

    private CarryUplinkReply answered(OutboxItem item, Outcome.Delivered delivered, CarryUplinkRequest request) {
        if (request.getCorrelation().isEmpty()) {
            return CarryUplinkReply.getDefaultInstance();
        }
        Reply reply = delivered.reply();
        if (reply == null) {
            throw HawserException.refusal(ErrorCode.FAILED_PRECONDITION, "callback: " + delivered.noReply());
        }
        CompletableFuture<?> pushed = replies.push(item, reply, request.getLocation());
        assert pushed != null;
        return CarryUplinkReply.getDefaultInstance();
    }

    private AppendUplinkRequest toStore(CarryUplinkRequest request) {
        return AppendUplinkRequest.newBuilder()
                .setApp(request.getApp())
                .setUser(request.getUser())
                .setDevice(request.getDevice())
                .setMailbox(request.getMailbox())
                .setInstallationNonce(request.getInstallationNonce())
                .setNumber(request.getNumber())
                .setPrev(request.getPrev())
                .setRoute(request.getRoute())
                .setBody(request.getBody())
                .setText(request.getText())
                .setCorrelation(request.getCorrelation())
                .setReceivedMs(clock.millis())
                .setMaxPending(settings.get().maxPendingPerApp())
                .build();
    }

    private static void checkNames(CarryUplinkRequest request) {
        String route = request.getRoute();
        if (route.isEmpty() || route.length() > MAX_ROUTE_CHARS) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "route: " + route.length() + " characters (expected: 1 to " + MAX_ROUTE_CHARS + ")");
        }
        if (request.getCorrelation().length() > MAX_CORRELATION_CHARS) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "correlation: " + request.getCorrelation().length() + " characters (expected: at most "
                            + MAX_CORRELATION_CHARS + ")");
        }
    }

    /** Why nobody takes it, by the directory as it is here; null: a callback does. */
    private @Nullable HawserException refusal(CarryUplinkRequest request) {
        App app = callbacks.app(request.getApp());
        if (app == null || app.getDisabled()) {
            return HawserException.refusal(
                    app == null ? ErrorCode.UNAVAILABLE : ErrorCode.UNKNOWN_APP,
                    "app: " + request.getApp() + " is " + (app == null ? "not known here yet" : "disabled"));
        }
        return Routing.ofRoute(app, request.getRoute()) != null
                ? null
                : HawserException.refusal(
                        ErrorCode.FAILED_PRECONDITION,
                        "route: " + request.getRoute() + " (expected: one that a callback of the app takes)");
    }

    private void take(OwnedSlots now) {
        if (taken && now.sameAs(streams.owned())) {
            return;
        }
        taken = false;
        streams.own(now);
        scanAll();
        for (int laterMs : LOOK_AGAIN_MS) {
            loop.after(laterMs, this::lookAgain);
        }
    }

    private void scanAll() {
        taken = true;
        var _ = scan.all().whenComplete((read, failure) -> {
            if (failure != null) {
                meters.storeFailures.increment();
                loop.after(500, this::scanAll);
            }
        });
    }

    private void tick() {
        // First, so that a fault ends this time and not those that would follow.
        loop.after(settings.get().rescanEvery().toMillis(), this::tick);
        forwarder.sweep();
        lookAgain();
    }

    private void lookAgain() {
        var _ = scan.lately().exceptionally(failure -> {
            meters.storeFailures.increment();
            return null;
        });
    }

    private void whenIdle(CountDownLatch idle) {
        if (forwarder.isIdle()) {
            idle.countDown();
        } else {
            loop.after(10, () -> whenIdle(idle));
        }
    }

    private static String randomId() {
        byte[] bytes = new byte[WEBHOOK_ID_BYTES];
        RANDOM.nextBytes(bytes);
        return "msg_" + HexFormat.of().formatHex(bytes);
    }
}
