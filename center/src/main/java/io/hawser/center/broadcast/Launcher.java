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
    private final Sends sends;
    private final AppSizes sizes;
    private final Runnable wakeDriver;
    private final Supplier<BroadcastSettings> settings;

    /** {@code wakeDriver} is run when there is work, so that it does not wait for the next turn. */
    Launcher(
            Tasks tasks,
            Everywhere everywhere,
            Sends sends,
            AppSizes sizes,
            Runnable wakeDriver,
            Supplier<BroadcastSettings> settings) {
        this.tasks = tasks;
        this.everywhere = everywhere;
        this.sends = sends;
        this.sizes = sizes;
        this.wakeDriver = wakeDriver;
        this.settings = settings;
    }

    /** Completes once it is stored, or was handed to the rooms. */
    CompletableFuture<Broadcast> launch(Order order) {
        return switch (order.reach()) {
            case Members members when order.draft().isTransient() -> everywhere.push(order, members);
            case Members members ->
                prepared(order)
                        .thenCompose(ready -> sizes.sessions(order.draft().app().getId()))
                        .thenCompose(sessions -> tasks.append(order, members, pace(order, sessions)))
                        .thenApply(this::begun);
            case Users users ->
                prepared(order)
                        .thenCompose(ready -> tasks.putList(order, users, pace(order, users)))
                        .thenApply(this::begun);
        };
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
