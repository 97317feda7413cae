package io.hawser.center.broadcast;

import io.hawser.api.v1.Broadcast;
import io.hawser.center.broadcast.Reach.Members;
import io.hawser.center.broadcast.Reach.Users;
import io.hawser.center.message.Sends;
import io.hawser.rpc.v1.AppendBroadcastReply;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Begins broadcasts. */
final class Launcher {
    private final Tasks tasks;
    private final Everywhere everywhere;
    private final MemberMeter meter;
    private final Sends sends;
    private final AppSizes sizes;
    private final Runnable wakeDriver;
    private final Supplier<BroadcastSettings> settings;

    /** {@code wakeDriver} is run when there is work, so that it does not wait for the next turn. */
    Launcher(
            Tasks tasks,
            Everywhere everywhere,
            MemberMeter meter,
            Sends sends,
            AppSizes sizes,
            Runnable wakeDriver,
            Supplier<BroadcastSettings> settings) {
        this.tasks = tasks;
        this.everywhere = everywhere;
        this.meter = meter;
        this.sends = sends;
        this.sizes = sizes;
        this.wakeDriver = wakeDriver;
        this.settings = settings;
    }

    /** Completes once it is stored, or was handed to the rooms. */
    CompletableFuture<Broadcast> launch(Order order) {
        return switch (order.reach()) {
            case Members members when order.draft().isTransient() -> push(order, members);
            case Members members ->
                prepared(order)
                        .thenCompose(ready -> sessions(order))
                        .thenCompose(sessions -> tasks.append(order, members, pace(order, sessions)))
                        .thenApply(this::begun);
            case Users users ->
                prepared(order)
                        .thenCompose(ready -> tasks.putList(order, users, pace(order, users)))
                        .thenApply(this::begun);
        };
    }

    private CompletableFuture<Long> sessions(Order order) {
        return sizes.sessions(order.draft().app().getId());
    }

    private CompletableFuture<Broadcast> push(Order order, Members members) {
        return sessions(order).thenCompose(sessions -> push(order, members, sessions));
    }

    /** How many members groups have is known when it was written to them. */
    private CompletableFuture<Broadcast> push(Order order, Members members, long sessions) {
        boolean toAll = members.groups().isEmpty() && sessions != AppSizes.UNKNOWN;
        long expected = toAll ? sessions : 1;
        MemberMeter.Taken taken = meter.take(order.draft().app(), sessions, expected);
        return everywhere.push(order, members).thenApply(pushed -> {
            long reached = pushed.getWritten() + pushed.getDropped();
            // A room that did not answer in time may write it all the same.
            taken.reached(pushed.getRoomsMissing() == 0 ? reached : Math.max(reached, expected));
            return pushed;
        });
    }

    private CompletableFuture<Void> prepared(Order order) {
        return sends.prepareForMany(order.draft());
    }

    private Pace pace(Order order, long size) {
        return Pace.of(order.draft().app(), size, order.membersPerSecond(), settings.get());
    }

    private Pace pace(Order order, Users users) {
        return Pace.ofList(order.draft().app(), users.users().size(), order.membersPerSecond(), settings.get());
    }

    private Broadcast begun(AppendBroadcastReply reply) {
        wakeDriver.run();
        Broadcast broadcast = BroadcastView.of(reply.getTask());
        return reply.getRepeated() ? broadcast.toBuilder().setRepeated(true).build() : broadcast;
    }
}
