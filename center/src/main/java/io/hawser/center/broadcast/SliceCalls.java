package io.hawser.center.broadcast;

import io.hawser.center.link.Savers;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.BroadcastStoreGrpc;
import io.hawser.rpc.v1.LeaseSlicesReply;
import io.hawser.rpc.v1.LeaseSlicesRequest;
import io.hawser.rpc.v1.ReportSlicesReply;
import io.hawser.rpc.v1.ReportSlicesRequest;
import io.hawser.rpc.v1.RoomLifeRef;
import io.hawser.rpc.v1.SliceReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** What this center says to savers of its slices. Each call is made once: the next turn makes it anew. */
final class SliceCalls {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Savers savers;
    private final String center;
    private final LongSupplier incarnation;
    private final Membership rooms;

    /** {@code incarnation} is this center's present one: leases of another are another's. */
    SliceCalls(Savers savers, String center, LongSupplier incarnation, Membership rooms) {
        this.savers = savers;
        this.center = center;
        this.incarnation = incarnation;
        this.rooms = rooms;
    }

    /** Prolongs what is held, and takes more. */
    CompletableFuture<LeaseSlicesReply> lease(BroadcastSettings settings) {
        List<Peer> present = rooms.view().peers();
        LeaseSlicesRequest.Builder request = request()
                .setMaxSlices(settings.slices(present.size()))
                .setLeaseMs((int) settings.lease().toMillis())
                .setAppMembersPerSecond(settings.membersPerSecond());
        present.forEach(room ->
                request.addRooms(RoomLifeRef.newBuilder().setRoom(room.name()).setIncarnation(room.incarnation())));
        return lease(request.build());
    }

    /** Leaves all that is held to other centers. */
    CompletableFuture<LeaseSlicesReply> giveUp() {
        return lease(request().build());
    }

    CompletableFuture<ReportSlicesReply> report(List<SliceReport> reports) {
        ReportSlicesRequest request = ReportSlicesRequest.newBuilder()
                .setCenter(center)
                .setCenterIncarnation(incarnation.getAsLong())
                .addAllSlices(reports)
                .build();
        return savers.anyOnce(BroadcastStoreGrpc.getReportSlicesMethod(), request, TIMEOUT);
    }

    private LeaseSlicesRequest.Builder request() {
        return LeaseSlicesRequest.newBuilder().setCenter(center).setCenterIncarnation(incarnation.getAsLong());
    }

    private CompletableFuture<LeaseSlicesReply> lease(LeaseSlicesRequest request) {
        return savers.anyOnce(BroadcastStoreGrpc.getLeaseSlicesMethod(), request, TIMEOUT);
    }
}
