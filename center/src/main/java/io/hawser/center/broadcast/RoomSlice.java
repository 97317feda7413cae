package io.hawser.center.broadcast;

import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.PaceGrant;
import io.hawser.rpc.v1.PaceReport;
import io.hawser.rpc.v1.RoomGrpc;
import io.hawser.rpc.v1.Slice;
import io.hawser.rpc.v1.SliceReport;
import io.hawser.rpc.v1.TaskState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A room's part of an entry of the log: the room is granted its share of the pace again and again, and says how far it is.
 * A room that has finished is granted on, while the slice is leased: members that come later wait for it, too.
 */
final class RoomSlice extends HeldSlice {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final LinkClient rooms;
    private final Supplier<BroadcastSettings> settings;
    private final DriverMeters meters;
    private volatile @Nullable PaceReport heard;

    RoomSlice(Slice slice, LinkClient rooms, Supplier<BroadcastSettings> settings, DriverMeters meters) {
        super(slice);
        this.rooms = rooms;
        this.settings = settings;
        this.meters = meters;
    }

    @Override
    CompletableFuture<Void> turn() {
        Slice slice = slice();
        if (slice.getState() != TaskState.TASK_RUNNING || !isHere(slice)) {
            return CompletableFuture.completedFuture(null);
        }
        PaceGrant grant = PaceGrant.newBuilder()
                .setApp(slice.getApp())
                .setBseq(slice.getBseq())
                .setTask(slice.getTask())
                .setMembersPerSecond(slice.getMembersPerSecond())
                .setValidMs((int) settings.get().grant().toMillis())
                .build();
        return rooms.call(Route.peer(slice.getRoom()), RoomGrpc.getGrantPaceMethod(), grant, slice.getApp(), TIMEOUT)
                .handle(this::heard);
    }

    /** A room that began another life has another slice. */
    private boolean isHere(Slice slice) {
        return rooms.membership().view().peers().stream()
                .anyMatch(room ->
                        room.name().equals(slice.getRoom()) && room.incarnation() == slice.getRoomIncarnation());
    }

    private @Nullable Void heard(@Nullable PaceReport report, @Nullable Throwable failure) {
        meters.granted(report != null);
        if (report != null) {
            heard = report;
        }
        return null;
    }

    @Override
    @Nullable
    SliceReport report() {
        PaceReport last = heard;
        return last == null
                ? null
                : newReport()
                        .setTargeted(last.getTargeted())
                        .setRemaining(last.getRemaining())
                        .setFinished(last.getFinished())
                        .build();
    }

    @Override
    void end() {
        // The room stops by itself when its last grant is over.
    }
}
