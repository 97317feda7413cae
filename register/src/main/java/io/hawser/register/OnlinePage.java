package io.hawser.register;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.ListOnlineReply;
import io.hawser.rpc.v1.ListOnlineRequest;
import io.hawser.rpc.v1.OnlineUser;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Names the users of an app who are online, in the order of {@link ListOnlineRequest}: as many as are wanted, or as are
 * found in so many sessions. A slot that is being handed over counts as nobody's: a page is not to miss whom its owner before
 * still knows. Used by the lane's thread only.
 */
final class OnlinePage {
    private static final Comparator<OnlineUser> BY_BYTES =
            Comparator.comparing(OnlineUser::getUserBytes, ByteString.unsignedLexicographicalComparator());

    private final LaneSlots slots;
    private final RoomLives rooms;
    private final Predecessors predecessors;
    private final int lane;
    private final int lanes;

    OnlinePage(LaneSlots slots, RoomLives rooms, Predecessors predecessors, int lane, int lanes) {
        this.slots = slots;
        this.rooms = rooms;
        this.predecessors = predecessors;
        this.lane = lane;
        this.lanes = lanes;
    }

    /** @param sliceSessions so many are looked at, to the end of a slot */
    ListOnlineReply list(ListOnlineRequest asked, int sliceSessions) {
        Page page = new Page(asked);
        int first = firstOwnFrom(asked.getFromSlot());
        int end = slots.visitFrom(first, page::look, slot -> !page.isFull() && page.looked < sliceSessions);
        BitSet owned = new BitSet(Slot.COUNT);
        slots.visitFrom(first, (slot, here) -> owned.set(slot, !predecessors.mayKnowMore(slot, here)), slot -> true);
        return page.reply(Math.min(end, Slot.COUNT), owned);
    }

    /** The lane's first slot that is not before. */
    private int firstOwnFrom(int slot) {
        return slot + Math.floorMod(lane - slot, lanes);
    }

    private final class Page {
        private final ListOnlineRequest asked;
        private final List<OnlineUser> users = new ArrayList<>();
        private final Set<String> unknownRooms = new LinkedHashSet<>();
        int looked;

        Page(ListOnlineRequest asked) {
            this.asked = asked;
        }

        boolean isFull() {
            return users.size() >= asked.getMaxUsers();
        }

        void look(int slot, SlotSessions here) {
            looked += here.size() + 1;
            unknownRooms.addAll(rooms.unknown(slot, here));
            List<OnlineUser> found = new ArrayList<>();
            here.forEach(session -> {
                if (session.app().equals(asked.getApp()) && isWanted(slot, session) && here.isFirstOfUser(session)) {
                    found.add(user(slot, here, session));
                }
            });
            found.sort(BY_BYTES);
            users.addAll(found.subList(0, Math.min(found.size(), asked.getMaxUsers() - users.size())));
        }

        private boolean isWanted(int slot, HeldSession session) {
            return slot != asked.getFromSlot()
                    || ByteString.unsignedLexicographicalComparator()
                                    .compare(PackedIds.user(session.ids), asked.getAfterUserBytes())
                            > 0;
        }

        /** @param end where the walk ended, which is the slot after the last where that filled the page */
        ListOnlineReply reply(int end, BitSet owned) {
            int to = isFull() ? users.getLast().getSlot() + 1 : end;
            return ListOnlineReply.newBuilder()
                    .addAllUsers(users)
                    .setToSlot(to)
                    .setOwnedSlots(ByteString.copyFrom(owned.toByteArray()))
                    .addAllUnknownRooms(unknownRooms)
                    .build();
        }
    }

    private static OnlineUser user(int slot, SlotSessions here, HeldSession session) {
        Set<ByteString> devices = new LinkedHashSet<>();
        here.forEachOfUserOf(session, one -> devices.add(PackedIds.device(one.ids)));
        return OnlineUser.newBuilder()
                .setSlot(slot)
                .setUserBytes(PackedIds.user(session.ids))
                .addAllDevices(devices.stream().map(ByteString::toStringUtf8).toList())
                .build();
    }
}
