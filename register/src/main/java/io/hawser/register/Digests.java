package io.hawser.register;

import io.hawser.rpc.v1.CompareReply;
import io.hawser.rpc.v1.CompareRequest;
import io.hawser.rpc.v1.SlotDigest;
import java.util.List;

/**
 * Compares what rooms say that they have, by number and hash, with what is held of them (R4): what was lost or left behind
 * on any way that nobody thought of ends there. Used by the lane's thread only.
 */
final class Digests {
    /** As many sessions of a room are named in an answer; what differs beyond is found again by the next comparison. */
    private static final int MAX_NAMED = 2_000;

    private final LaneSlots slots;
    private final RoomLives rooms;

    Digests(LaneSlots slots, RoomLives rooms) {
        this.slots = slots;
        this.rooms = rooms;
    }

    /** @param told those of the request that are the lane's */
    CompareReply compare(CompareRequest request, List<SlotDigest> told) {
        RoomLife room = rooms.speaking(request.getRoom(), request.getRoomIncarnation());
        CompareReply.Builder reply = CompareReply.newBuilder();
        for (SlotDigest digest : told) {
            int slot = digest.getSlot();
            SlotSessions here = slots.ownedSince(slot, request.getMembershipVersion());
            if (here == null || !room.poured.get(slot)) {
                reply.addUnknownSlots(slot);
            } else if (!room.digests.match(digest)) {
                differs(here, room, request.getListHeld(), reply);
            }
        }
        return reply.build();
    }

    private static void differs(SlotSessions here, RoomLife room, boolean named, CompareReply.Builder reply) {
        if (!named) {
            reply.addDifferentSlots(here.slot);
        } else if (reply.getHeldCount() + room.digests.of(here.slot).getSessions() <= MAX_NAMED
                || reply.getHeldCount() == 0) {
            reply.addDifferentSlots(here.slot);
            here.forEach(session -> {
                if (session.room == room) {
                    reply.addHeld(session.toSession());
                }
            });
            room.tellsAgain(here.slot);
        }
    }
}
