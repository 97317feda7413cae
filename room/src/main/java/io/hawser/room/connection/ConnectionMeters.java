package io.hawser.room.connection;

import io.hawser.room.access.Reason;
import io.hawser.rpc.v1.KickCause;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Command;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is counted of connections; the names are explained in the module's README. */
public final class ConnectionMeters {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionMeters.class);

    private final AtomicInteger bindings = new AtomicInteger();
    private final AtomicInteger parked = new AtomicInteger();
    private final AtomicLong parkedBytes = new AtomicLong();
    private final Map<Parking.Outcome, Counter> parkings;
    private final Map<Resumption.Refusal, Counter> resumesRefused;
    private final Counter resumes;
    private final Counter probes;
    private final Map<CloseReason, Counter> closed;
    private final Map<ErrorCode, Counter> refused;
    private final Map<ErrorCode, Counter> unbound;
    private final Map<KickCause, Counter> kicked;
    private final Map<PushOutcome, Counter> pushes;
    private final Map<Command.CommandCase, Counter> commands;
    private final Map<ErrorCode, Counter> loadFailures;
    private final Map<ErrorCode, Counter> openFailures;
    private final Map<ErrorCode, Counter> acknowledgeFailures;
    private final Map<ErrorCode, Counter> uncounted;
    private final Map<ErrorCode, Counter> unreleased;
    private final Counter fruitless;
    private final Counter mailboxesHeld;
    private final Map<Reason, Counter> turnedAway;
    private final Counter bound;
    private final Counter entersFailed;
    private final Counter reopened;
    private final Counter loads;
    private final Counter loadedMessages;
    private final Counter acknowledgements;
    private final Counter skippedFrames;
    private final Counter unwritable;
    private final Counter paused;
    private final Counter inboxFull;
    private final Counter memoryRefused;
    private final Counter faults;

    public ConnectionMeters(MeterRegistry meters) {
        meters.gauge("hawser.room.bindings", bindings);
        turnedAway = each(meters, Reason.class, "hawser.room.connections.turned.away", "reason");
        meters.gauge("hawser.room.parked", parked);
        meters.gauge("hawser.room.parked.bytes", parkedBytes);
        parkings = each(meters, Parking.Outcome.class, "hawser.room.parkings", "outcome");
        resumesRefused = each(meters, Resumption.Refusal.class, "hawser.room.resumes.refused", "reason");
        resumes = meters.counter("hawser.room.resumes");
        probes = meters.counter("hawser.room.probes");
        closed = each(meters, CloseReason.class, "hawser.room.connections.closed", "reason");
        refused = each(meters, ErrorCode.class, "hawser.room.frames.refused", "code");
        unbound = each(meters, ErrorCode.class, "hawser.room.binds.refused", "code");
        kicked = each(meters, KickCause.class, "hawser.room.kicks", "cause");
        pushes = each(meters, PushOutcome.class, "hawser.room.pushes", "outcome");
        commands = each(meters, Command.CommandCase.class, "hawser.room.commands", "command");
        loadFailures = each(meters, ErrorCode.class, "hawser.room.loads.failed", "code");
        openFailures = each(meters, ErrorCode.class, "hawser.room.opens.failed", "code");
        acknowledgeFailures = each(meters, ErrorCode.class, "hawser.room.acknowledgements.failed", "code");
        uncounted = each(meters, ErrorCode.class, "hawser.room.mailboxes.fruitless.uncounted", "code");
        unreleased = each(meters, ErrorCode.class, "hawser.room.mailboxes.releases.failed", "code");
        fruitless = meters.counter("hawser.room.mailboxes.fruitless");
        mailboxesHeld = meters.counter("hawser.room.mailboxes.held");
        bound = meters.counter("hawser.room.binds");
        entersFailed = meters.counter("hawser.room.enters.failed");
        reopened = meters.counter("hawser.room.mailboxes.reopened");
        loads = meters.counter("hawser.room.loads");
        loadedMessages = meters.counter("hawser.room.loads.messages");
        acknowledgements = meters.counter("hawser.room.acknowledgements");
        skippedFrames = meters.counter("hawser.room.frames.skipped");
        unwritable = meters.counter("hawser.room.clients.slow");
        paused = meters.counter("hawser.room.clients.paused");
        inboxFull = meters.counter("hawser.room.inbox.full");
        memoryRefused = meters.counter("hawser.room.memory.refused");
        faults = meters.counter("hawser.room.faults");
    }

    private static <E extends Enum<E>> Map<E, Counter> each(
            MeterRegistry meters, Class<E> type, String name, String tag) {
        Map<E, Counter> counters = new EnumMap<>(type);
        Function<E, String> value = constant -> constant.name().toLowerCase(Locale.ROOT);
        for (E constant : type.getEnumConstants()) {
            counters.put(
                    constant,
                    Counter.builder(name).tag(tag, value.apply(constant)).register(meters));
        }
        return counters;
    }

    private static <E extends Enum<E>> void count(Map<E, Counter> counters, E which) {
        Counter counter = counters.get(which);
        if (counter != null) {
            counter.increment();
        }
    }

    /** Bindings on this room now. */
    public int bindings() {
        return bindings.get();
    }

    /** Messages handed to sockets since the start, by pushes. */
    public long pushed() {
        Counter written = pushes.get(PushOutcome.WRITTEN);
        return written == null ? 0 : (long) written.count();
    }

    void bindingAdded() {
        bindings.incrementAndGet();
    }

    void bindingRemoved() {
        bindings.decrementAndGet();
    }

    void parked(int bytes) {
        parked.incrementAndGet();
        parkedBytes.addAndGet(bytes);
    }

    void unparked(int bytes, Parking.Outcome outcome) {
        parked.decrementAndGet();
        parkedBytes.addAndGet(-bytes);
        count(parkings, outcome);
    }

    void resumed() {
        resumes.increment();
    }

    void resumeRefused(Resumption.Refusal reason) {
        count(resumesRefused, reason);
    }

    void probed() {
        probes.increment();
    }

    void turnedAway(Reason reason) {
        count(turnedAway, reason);
    }

    void closed(CloseReason reason) {
        count(closed, reason);
    }

    void refused(ErrorCode code) {
        count(refused, code);
    }

    void skipped() {
        skippedFrames.increment();
    }

    void bound() {
        bound.increment();
    }

    void unbound(ErrorCode code) {
        count(unbound, code);
    }

    void enterFailed() {
        entersFailed.increment();
    }

    void reopened() {
        reopened.increment();
    }

    void kicked(KickCause cause) {
        count(kicked, cause);
    }

    void commanded(Command command) {
        count(commands, command.getCommandCase());
    }

    void pushed(PushOutcome outcome) {
        count(pushes, outcome);
    }

    void loaded(int messages) {
        loads.increment();
        loadedMessages.increment(messages);
    }

    void acknowledged() {
        acknowledgements.increment();
    }

    void loadFailed(@Nullable Throwable failure) {
        count(loadFailures, code("load", failure));
    }

    void openFailed(@Nullable Throwable failure) {
        count(openFailures, code("open", failure));
    }

    void acknowledgeFailed(@Nullable Throwable failure) {
        count(acknowledgeFailures, code("acknowledge", failure));
    }

    /** A connection was given messages of a mailbox in vain. */
    void fruitless() {
        fruitless.increment();
    }

    void fruitlessUncounted(@Nullable Throwable failure) {
        count(uncounted, code("count a fruitless connection", failure));
    }

    void releaseFailed(@Nullable Throwable failure) {
        count(unreleased, code("release a mailbox", failure));
    }

    /** A mailbox was opened that is held back. */
    void mailboxHeld() {
        mailboxesHeld.increment();
    }

    void unwritable() {
        unwritable.increment();
    }

    void paused() {
        paused.increment();
    }

    void inboxFull() {
        inboxFull.increment();
    }

    /** There was no direct memory for a frame, of a client or for it. */
    void memoryRefused() {
        memoryRefused.increment();
    }

    /** How often there was no direct memory for a frame, since the start. */
    public long memoryRefusals() {
        return (long) memoryRefused.count();
    }

    void fault(Throwable fault) {
        if (fault instanceof IOException) {
            LOG.debug("connection lost", fault);
        } else {
            faults.increment();
            LOG.error("connection failed", fault);
        }
    }

    void badCarrier(Throwable cause) {
        LOG.debug("connection refused", cause);
    }

    void taskFailed(Throwable fault) {
        faults.increment();
        LOG.error("a task of an event loop failed", fault);
    }

    private static ErrorCode code(String what, @Nullable Throwable failure) {
        if (failure instanceof HawserException refusal) {
            LOG.debug("{}: {}", what, refusal.getMessage());
            return refusal.code();
        }
        LOG.error("{} failed", what, failure);
        return ErrorCode.INTERNAL;
    }
}
