package io.hawser.room.links;

import io.hawser.room.chore.Chore;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.LeaveRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.Session;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the register of sessions that ended. A session that it is never told of would be pushed to until this room is
 * gone, so what fails waits and is told again, to whoever owns the slot by then. That may be late or doubled: the register
 * removes only what matches by location and stamp, or is the same bind where the stamp was never heard of.
 */
public final class Leaves {
    private static final Logger LOG = LoggerFactory.getLogger(Leaves.class);
    private static final int MAX_WAITING = 65_536;
    private static final int PER_TURN = 1_024;
    private static final long TURN_MILLIS = 500;

    private final LinkClient registers;
    private final RegisterOwners owners;
    private final Supplier<Duration> timeout;
    private final Queue<LeaveRequest> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Counter failed;
    private final Counter dropped;

    public Leaves(LinkClient registers, RegisterOwners owners, Supplier<Duration> timeout, MeterRegistry meters) {
        this.registers = registers;
        this.owners = owners;
        this.timeout = timeout;
        this.failed = meters.counter("hawser.room.leaves.failed");
        this.dropped = meters.counter("hawser.room.leaves.dropped");
        Gauge.builder("hawser.room.leaves.waiting", waiting, Queue::size).register(meters);
    }

    /** Begins to tell again what failed. Ends with {@code chores}. */
    public void start(ScheduledExecutorService chores) {
        var _ = new Chore("leaves that wait", this::tellAgain).every(TURN_MILLIS, chores);
    }

    void tell(Session session, EndReason why, long awayMs) {
        tell(LeaveRequest.newBuilder()
                .setSession(session)
                .setReason(why)
                .setAwayMs(awayMs)
                .build());
    }

    private void tell(LeaveRequest leave) {
        Session session = leave.getSession();
        Peer owner = owners.owner(Slot.of(session.getApp(), session.getUser()));
        if (owner == null) {
            onFailure(leave, HawserException.refusal(ErrorCode.UNAVAILABLE, "register: none is alive"));
            return;
        }
        var _ = registers
                .call(Route.peer(owner), RegisterGrpc.getLeaveMethod(), leave, session.getApp(), timeout.get())
                .whenComplete((reply, failure) -> {
                    if (failure != null) {
                        onFailure(leave, failure);
                    }
                });
    }

    private void onFailure(LeaveRequest leave, Throwable failure) {
        failed.increment();
        LOG.debug("not told: {} left", leave.getSession().getLocation(), failure);
        if (isFinal(failure) || !hasPlace(leave) || !waiting.offer(leave)) {
            dropped.increment();
        }
    }

    /** Those that may be of nobody leave half of the places to those that are of somebody. */
    private boolean hasPlace(LeaveRequest leave) {
        return leave.getSession().hasStamp() || waiting.size() < MAX_WAITING / 2;
    }

    private static boolean isFinal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        return cause instanceof HawserException refusal && refusal.code() == ErrorCode.INVALID_ARGUMENT;
    }

    /** Not more than wait now: one that fails at once is not tried again in the same turn. */
    private void tellAgain() {
        for (int left = Math.min(PER_TURN, waiting.size()); left > 0; left--) {
            LeaveRequest leave = waiting.poll();
            if (leave != null) {
                tell(leave);
            }
        }
    }
}
