package io.hawser.center.message;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.LeaveRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.Session;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Tells the register of sessions that their rooms do not have any more, so that the next push does not ask there again.
 *
 * <p>The register removes what matches by location and stamp (R4), so a client that is back meanwhile stays. Each is told
 * once: where that fails, the next push finds out anew.
 */
final class GoneSessions {
    private final LinkClient registers;
    private final Supplier<Duration> timeout;
    private final PushMeters meters;

    GoneSessions(LinkClient registers, Supplier<Duration> timeout, PushMeters meters) {
        this.registers = registers;
        this.timeout = timeout;
        this.meters = meters;
    }

    /** Nobody waits for it. */
    void tell(Session session) {
        LeaveRequest request =
                LeaveRequest.newBuilder().setSession(session).setByPusher(true).build();
        int slot = Slot.of(session.getApp(), session.getUser());
        var _ = registers
                .call(Route.slot(slot), RegisterGrpc.getLeaveMethod(), request, session.getApp(), timeout.get())
                .whenComplete((reply, failure) -> meters.goneSession(failure == null));
    }
}
