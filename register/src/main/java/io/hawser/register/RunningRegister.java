package io.hawser.register;

import io.hawser.keeper.Service;
import io.hawser.rpc.event.StateEvents;
import io.hawser.rpc.kick.KickCourier;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of a register that serves, in the order in which they end. */
final class RunningRegister implements Service {
    private static final Logger log = LoggerFactory.getLogger(RunningRegister.class);

    private final Lanes lanes;
    private final HandOver handOver;
    private final OtherRegisters others;
    private final KickCourier courier;
    private final StateEvents events;
    private final LinkClient coordinators;
    private final List<AutoCloseable> subscriptions = new ArrayList<>();
    private @Nullable LinkServer server;

    RunningRegister(
            Lanes lanes,
            HandOver handOver,
            OtherRegisters others,
            KickCourier courier,
            StateEvents events,
            LinkClient coordinators) {
        this.lanes = lanes;
        this.handOver = handOver;
        this.others = others;
        this.courier = courier;
        this.events = events;
        this.coordinators = coordinators;
    }

    /** Ends a subscription to a membership with the register. */
    void follows(AutoCloseable subscription) {
        subscriptions.add(subscription);
    }

    void serves(LinkServer started) {
        server = started;
    }

    /** New owners of the slots are told what was held of them; and what is in hand has to reach a coordinator: kicks and events. */
    @Override
    public void drain(Duration atMost) {
        long begunNanos = System.nanoTime();
        handOver.drain(atMost);
        courier.drain(left(atMost, begunNanos));
        var _ = events.drain(left(atMost, begunNanos));
    }

    private static Duration left(Duration atMost, long begunNanos) {
        Duration left = atMost.minusNanos(System.nanoTime() - begunNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        subscriptions.forEach(RunningRegister::end);
        handOver.close();
        lanes.close();
        end(others);
        courier.close();
        events.close();
        coordinators.close();
    }

    private static void end(AutoCloseable subscription) {
        try {
            subscription.close();
        } catch (Exception e) {
            log.warn("Could not end {}", subscription, e);
        }
    }
}
