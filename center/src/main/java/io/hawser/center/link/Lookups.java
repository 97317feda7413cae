package io.hawser.center.link;

import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.link.SlotTable;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.LookupRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.Whereabouts;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the registers where users are. One thread takes all look-ups that wait and asks each register once for all of its
 * users: a batch is as large as the queue was deep, and nobody waits for it to fill.
 */
public final class Lookups implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lookups.class);

    private final LinkClient registers;
    private final Supplier<LookupSettings> settings;
    /** Holds no more than are in hand, and those are bounded. */
    private final BlockingQueue<Asked> queue = new LinkedBlockingQueue<>();

    private final AtomicInteger inHand = new AtomicInteger();
    private final Counter refused;
    private final DistributionSummary batchSize;
    private final AutoCloseable subscription;
    private final Thread owner;
    private volatile SlotTable slots;
    private volatile boolean closed;

    /** Starts the thread, which asks for its settings as it goes; {@code registers} is not closed with this. */
    public Lookups(LinkClient registers, Supplier<LookupSettings> settings, MeterRegistry meters) {
        this.registers = registers;
        this.settings = settings;
        this.refused = Counter.builder("hawser.center.lookups.refused")
                .description("Look-ups refused because too many wait")
                .register(meters);
        this.batchSize = DistributionSummary.builder("hawser.center.lookups.batch")
                .description("Users in a request to a register")
                .register(meters);
        Gauge.builder("hawser.center.lookups", inHand, AtomicInteger::get)
                .description("Look-ups that wait or are asked")
                .register(meters);
        this.slots = SlotTable.of(registers.membership().view());
        this.subscription = registers.membership().onChange(view -> slots = SlotTable.of(view));
        this.owner = Thread.ofPlatform().daemon().name("center-lookups").start(this::run);
    }

    /**
     * Asks where a user is, once.
     *
     * @return completes on the register link's event loop, or fails with a {@link HawserException}: UNAVAILABLE,
     *     NOT_OWNER, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED
     */
    public CompletableFuture<Whereabouts> find(UserKey user) {
        Asked asked = new Asked(user, new CompletableFuture<>());
        if (inHand.incrementAndGet() > settings.get().maxWaiting() || closed) {
            inHand.decrementAndGet();
            refused.increment();
            asked.fail(HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, "lookups: too many wait"));
            return asked.answer;
        }
        var _ = asked.answer.whenComplete((whereabouts, failure) -> inHand.decrementAndGet());
        queue.add(asked);
        if (closed) {
            failAll();
        }
        return asked.answer;
    }

    /** Fails what waits. */
    @Override
    public void close() {
        closed = true;
        owner.interrupt();
        try {
            subscription.close();
        } catch (Exception e) {
            LOG.warn("Could not end the subscription to the registers' membership", e);
        }
        failAll();
    }

    private void run() {
        List<Asked> batch = new ArrayList<>();
        while (!closed) {
            try {
                batch.add(queue.take());
                queue.drainTo(batch);
                ask(batch);
            } catch (InterruptedException e) {
                // Only close() interrupts.
                closed = true;
            } catch (RuntimeException e) {
                LOG.error("A batch of look-ups failed", e);
                HawserException fault = Repeats.refusalOf(e);
                batch.forEach(asked -> asked.fail(fault));
            }
            batch.clear();
        }
        failAll();
    }

    private void ask(List<Asked> batch) {
        SlotTable table = slots;
        Map<String, List<Asked>> byRegister = new HashMap<>();
        for (Asked asked : batch) {
            Peer register = table.owner(asked.user.slot());
            if (register == null) {
                asked.fail(HawserException.refusal(ErrorCode.UNAVAILABLE, "register: none is known"));
            } else {
                byRegister
                        .computeIfAbsent(register.name(), name -> new ArrayList<>())
                        .add(asked);
            }
        }
        byRegister.forEach(this::askInParts);
    }

    private void askInParts(String register, List<Asked> all) {
        int size = settings.get().maxBatch();
        for (int from = 0; from < all.size(); from += size) {
            ask(register, List.copyOf(all.subList(from, Math.min(all.size(), from + size))));
        }
    }

    private void ask(String register, List<Asked> part) {
        Duration timeout = settings.get().timeout();
        batchSize.record(part.size());
        LookupRequest.Builder request = LookupRequest.newBuilder();
        for (Asked asked : part) {
            request.addUsersBuilder()
                    .setApp(asked.user.app().value())
                    .setUser(asked.user.user().value());
        }
        var _ = registers
                .call(Route.peer(register), RegisterGrpc.getLookupMethod(), request.build(), "", timeout)
                .whenComplete((reply, failure) -> answer(part, reply, failure));
    }

    private static void answer(List<Asked> part, @Nullable LookupReply reply, @Nullable Throwable failure) {
        if (reply == null) {
            HawserException refusal = Repeats.refusalOf(
                    failure == null ? new IllegalStateException("neither reply nor failure") : failure);
            part.forEach(asked -> asked.fail(refusal));
            return;
        }
        for (int i = 0; i < part.size(); i++) {
            if (i < reply.getUsersCount() && !reply.getUsers(i).getNotOwner()) {
                part.get(i).answer.complete(reply.getUsers(i));
            } else {
                part.get(i).fail(HawserException.refusal(ErrorCode.NOT_OWNER, "register: another owns the slot"));
            }
        }
    }

    private void failAll() {
        HawserException closing = HawserException.refusal(ErrorCode.UNAVAILABLE, "lookups: closed");
        for (Asked asked = queue.poll(); asked != null; asked = queue.poll()) {
            asked.fail(closing);
        }
    }

    private record Asked(UserKey user, CompletableFuture<Whereabouts> answer) {
        void fail(HawserException refusal) {
            answer.completeExceptionally(refusal);
        }
    }
}
