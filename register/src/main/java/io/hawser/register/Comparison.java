package io.hawser.register;

import io.hawser.rpc.v1.ListToldOnlineReply;
import io.hawser.rpc.v1.ListToldOnlineRequest;
import io.hawser.rpc.v1.ToldOnline;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the slots that a lane took over with who was told to be online, one slot after the other, page by page. What
 * fails is tried again with the lane's next look around.
 */
final class Comparison {
    private static final Logger log = LoggerFactory.getLogger(Comparison.class);
    private static final int PAGE = 1_000;

    private final Lane lane;
    private final ToldSource source;
    private final Supplier<PresenceSettings> settings;
    private final AtomicBoolean underWay = new AtomicBoolean();

    Comparison(Lane lane, ToldSource source, Supplier<PresenceSettings> settings) {
        this.lane = lane;
        this.source = source;
        this.settings = settings;
    }

    /** Begins, where there is something to compare and nothing is under way. */
    void begin() {
        if (underWay.compareAndSet(false, true)) {
            next();
        }
    }

    private void next() {
        onLane(sessions -> {
            int slot = sessions.compared().next();
            if (slot < 0) {
                underWay.set(false);
            } else {
                ask(new Told(slot));
            }
        });
    }

    /** What is known of a slot so far. */
    private static final class Told {
        final int slot;
        final Set<Away.Device> devices = new HashSet<>();

        @Nullable
        ToldOnline last;

        Told(int slot) {
            this.slot = slot;
        }
    }

    private void ask(Told told) {
        ListToldOnlineRequest.Builder request =
                ListToldOnlineRequest.newBuilder().addSlots(told.slot).setMaxEntries(PAGE);
        if (told.last != null) {
            request.setAfter(told.last);
        }
        var _ = source.list(request.build()).whenComplete((page, failure) -> {
            if (page == null) {
                log.debug("Who was told online is not known yet", failure);
                underWay.set(false);
            } else {
                onLane(sessions -> take(sessions, told, page));
            }
        });
    }

    private void take(LaneSessions sessions, Told told, ListToldOnlineReply page) {
        for (ToldOnline online : page.getEndpointsList()) {
            sessions.compared().wasToldOnline(told.slot, online);
            told.devices.add(new Away.Device(online.getApp(), online.getUser(), online.getDevice()));
            told.last = online;
        }
        if (page.getEndpointsCount() == PAGE
                && told.devices.size() < settings.get().maxTold()) {
            ask(told);
        } else {
            sessions.compared().settle(told.slot, page.getEndpointsCount() < PAGE ? told.devices : null);
            next();
        }
    }

    private void onLane(LaneTask task) {
        var _ = lane.ask(sessions -> {
                    task.run(sessions);
                    return true;
                })
                .exceptionally(failure -> {
                    log.debug("Put off", failure);
                    underWay.set(false);
                    return false;
                });
    }

    private interface LaneTask {
        void run(LaneSessions sessions);
    }
}
