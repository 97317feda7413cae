package io.hawser.register;

import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.LookupRequest;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Whereabouts;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Registers that owned slots before, and are asked by their new owner until it has been told all. */
interface OwnersBefore {
    /** Completes on any thread; fails with a {@link io.hawser.wire.HawserException}. */
    CompletableFuture<LookupReply> ask(Peer before, LookupRequest request);

    /** What one owner knows since it is that, and what the other knew before: for a mailbox, what is newer holds. */
    static Whereabouts combined(Whereabouts now, Whereabouts before) {
        Whereabouts.Builder both = now.toBuilder().clearUnknownRooms();
        Set<String> mailboxes = new HashSet<>();
        now.getSessionsList().forEach(session -> mailboxes.add(session.getMailbox()));
        for (Session session : before.getSessionsList()) {
            if (mailboxes.add(session.getMailbox())) {
                both.addSessions(session);
            }
        }
        return both.addAllUnknownRooms(now.getUnknownRoomsList().stream()
                        .filter(before.getUnknownRoomsList()::contains)
                        .toList())
                .build();
    }
}
