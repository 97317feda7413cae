package io.hawser.room.connection;

import io.hawser.room.access.Reason;
import io.hawser.room.access.Refusal;
import io.hawser.wire.v1.Command;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * An event loop that is being emptied: its clients are asked to go to other rooms, as evenly over the time as the loop
 * comes to it; those that have not gone when they should are closed as evenly.
 */
final class Emptying {
    private static final int ADDRESSES_EACH = 4;
    private static final int MAX_RETRY_AFTER_MILLIS = 5_000;

    private final ConnectionLoop loop;
    private final DrainPlan plan;

    Emptying(ConnectionLoop loop, DrainPlan plan) {
        this.loop = loop;
        this.plan = plan;
    }

    void begin() {
        List<Connection> all = loop.members().connections();
        new Round(all, plan.askMs(all.size()), this::ask, this::closeLateLater).step();
    }

    /** Who is away is let in no more, and finds another room by itself. */
    private void ask(Connection connection) {
        if (connection.phase() == Lifecycle.Phase.PARKED) {
            connection.endParked(Parking.Outcome.DRAINED);
        } else {
            connection.command(move(connection.out().carrier()));
        }
    }

    /** Each is told a few of those that speak as it does, and begins elsewhere than the others. */
    private Command move(Carrier carrier) {
        List<String> addresses = plan.alternatives().apply(carrier.transport());
        int first = addresses.isEmpty() ? 0 : loop.waits().below(addresses.size());
        List<String> few = IntStream.range(0, Math.min(addresses.size(), ADDRESSES_EACH))
                .mapToObj(i -> addresses.get((first + i) % addresses.size()))
                .toList();
        return Replies.move(few, (int) plan.goWithin().toMillis());
    }

    private void closeLateLater() {
        loop.after(plan.goWithin().toMillis(), this::closeLate);
    }

    private void closeLate() {
        List<Connection> late = loop.members().connections();
        new Round(late, plan.closeMs(late.size()), this::close, () -> {}).step();
    }

    private void close(Connection connection) {
        Duration retryAfter = Duration.ofMillis(loop.waits().below(MAX_RETRY_AFTER_MILLIS));
        connection.closeWith(Replies.lastError(new Refusal(Reason.DRAINING, retryAfter)), CloseReason.DRAINED);
    }

    /** Something that is done to each, evenly over a time. */
    private final class Round {
        private final List<Connection> all;
        private final long overMs;
        private final Consumer<Connection> deed;
        private final Runnable then;
        private final long startMs = loop.nowMs();
        private int done;

        Round(List<Connection> all, long overMs, Consumer<Connection> deed, Runnable then) {
            this.all = all;
            this.overMs = overMs;
            this.deed = deed;
            this.then = then;
        }

        void step() {
            int due = due();
            all.subList(done, due).forEach(deed);
            done = due;
            loop.flush();
            if (done < all.size()) {
                loop.after(Wheel.TICK_MILLIS, this::step);
            } else {
                then.run();
            }
        }

        /** As many as are to have had their turn by the next step. */
        private int due() {
            long passedMs = loop.nowMs() - startMs + Wheel.TICK_MILLIS;
            return passedMs >= overMs ? all.size() : (int) (all.size() * passedMs / overMs);
        }
    }
}
