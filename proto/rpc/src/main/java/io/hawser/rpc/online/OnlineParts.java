package io.hawser.rpc.online;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.ListOnlineReply;
import io.hawser.rpc.v1.OnlineCounts;
import io.hawser.rpc.v1.OnlineUser;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/** What lanes of a register, or registers, say of their own slots, as what one would say of all. */
public final class OnlineParts {
    private static final Comparator<OnlineUser> IN_ORDER = Comparator.comparingInt(OnlineUser::getSlot)
            .thenComparing(OnlineUser::getUserBytes, ByteString.unsignedLexicographicalComparator());

    private OnlineParts() {}

    public static OnlineCounts sum(List<OnlineCounts> parts) {
        return parts.stream().reduce(OnlineCounts.getDefaultInstance(), OnlineParts::sum);
    }

    /** Returns the page up to where all of the parts have looked, which is to say: as far as the least of them. */
    public static ListOnlineReply merge(List<ListOnlineReply> parts, int maxUsers) {
        int to = parts.stream().mapToInt(ListOnlineReply::getToSlot).min().orElse(Slot.COUNT);
        List<OnlineUser> users = parts.stream()
                .flatMap(part -> part.getUsersList().stream())
                .filter(user -> user.getSlot() < to)
                .sorted(IN_ORDER)
                .limit(maxUsers)
                .toList();
        BitSet owned = new BitSet(Slot.COUNT);
        parts.forEach(part -> owned.or(BitSet.valueOf(part.getOwnedSlots().toByteArray())));
        return ListOnlineReply.newBuilder()
                .addAllUsers(users)
                .setToSlot(users.size() == maxUsers ? users.getLast().getSlot() + 1 : to)
                .setOwnedSlots(ByteString.copyFrom(owned.toByteArray()))
                .addAllUnknownRooms(parts.stream()
                        .flatMap(part -> part.getUnknownRoomsList().stream())
                        .distinct()
                        .sorted()
                        .toList())
                .build();
    }

    private static OnlineCounts sum(OnlineCounts a, OnlineCounts b) {
        OnlineCounts.Builder sum = a.toBuilder()
                .setSessions(a.getSessions() + b.getSessions())
                .setUsers(a.getUsers() + b.getUsers())
                .setSessionsOfOtherVersions(a.getSessionsOfOtherVersions() + b.getSessionsOfOtherVersions());
        b.getSessionsByZoneMap()
                .forEach((zone, sessions) ->
                        sum.putSessionsByZone(zone, sessions + a.getSessionsByZoneOrDefault(zone, 0)));
        b.getSessionsByClientVersionMap()
                .forEach((version, sessions) -> sum.putSessionsByClientVersion(
                        version, sessions + a.getSessionsByClientVersionOrDefault(version, 0)));
        return sum.build();
    }
}
