package io.hawser.register;

import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.LookupRequest;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Whereabouts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Registers that owned slots before, and are asked by their new owner until it has been told all. */
interface OwnersBefore {
    /** Completes on any thread; fails with a {@link io.hawser.wire.HawserException}. */
    CompletableFuture<LookupReply> ask(Peer before, LookupRequest request);

    /**
     * What one owner knows since it is that, and what the other knew before: for a mailbox, what is newer holds.
     *
     * @param left whether a session has left since
     */
    static Whereabouts combined(Whereabouts now, Whereabouts before, Predicate<Session> left) {
        Map<String, Session> newest = new LinkedHashMap<>();
        Stream.concat(
                        now.getSessionsList().stream(),
                        before.getSessionsList().stream().filter(left.negate()))
                .forEach(session -> newest.merge(session.getMailbox(), session, OwnersBefore::newer));
        return Whereabouts.newBuilder()
                .addAllSessions(newest.values())
                .addAllUnknownRooms(now.getUnknownRoomsList().stream()
                        .filter(before.getUnknownRoomsList()::contains)
                        .toList())
                .build();
    }

    private static Session newer(Session a, Session b) {
        return StampClock.compare(a.getStamp(), b.getStamp()) >= 0 ? a : b;
    }
}
