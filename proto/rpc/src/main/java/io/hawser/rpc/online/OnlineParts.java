package io.hawser.rpc.online;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.ListOnlineReply;
import io.hawser.rpc.v1.OnlineCounts;
import io.hawser.rpc.v1.OnlineUser;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** What lanes of a register, or registers, say of their own slots, as what one would say of all. */
public final class OnlineParts {
    /** Of a user on a page. */
    private record Place(int slot, ByteString user) implements Comparable<Place> {
        private static final Comparator<Place> IN_ORDER = Comparator.comparingInt(Place::slot)
                .thenComparing(Place::user, ByteString.unsignedLexicographicalComparator());

        static Place of(OnlineUser user) {
            return new Place(user.getSlot(), user.getUserBytes());
        }

        @Override
        public int compareTo(Place other) {
            return IN_ORDER.compare(this, other);
        }
    }

    private OnlineParts() {}

    public static OnlineCounts sum(List<OnlineCounts> parts) {
        return parts.stream().reduce(OnlineCounts.getDefaultInstance(), OnlineParts::sum);
    }

    /**
     * Returns the page up to where all of the parts have looked, which is to say: as far as the least of them. Whom two of
     * them name, as a slot has changed hands between their answers, is on it once.
     */
    public static ListOnlineReply merge(List<ListOnlineReply> parts, int maxUsers) {
        int to = parts.stream().mapToInt(ListOnlineReply::getToSlot).min().orElse(Slot.COUNT);
        List<OnlineUser> users = parts.stream()
                .flatMap(part -> part.getUsersList().stream())
                .filter(user -> user.getSlot() < to)
                .collect(toMap(Place::of, identity(), OnlineParts::both, TreeMap::new))
                .values()
                .stream()
                .limit(maxUsers)
                .toList();
        ByteString owned =
                parts.stream().map(ListOnlineReply::getOwnedSlots).reduce(ByteString.EMPTY, OnlineParts::union);
        return ListOnlineReply.newBuilder()
                .addAllUsers(users)
                .setToSlot(users.size() == maxUsers ? users.getLast().getSlot() + 1 : to)
                .setOwnedSlots(owned)
                .addAllUnknownRooms(parts.stream()
                        .flatMap(part -> part.getUnknownRoomsList().stream())
                        .distinct()
                        .sorted()
                        .toList())
                .build();
    }

    private static OnlineUser both(OnlineUser a, OnlineUser b) {
        Set<String> devices = new LinkedHashSet<>(a.getDevicesList());
        devices.addAll(b.getDevicesList());
        return a.toBuilder().clearDevices().addAllDevices(devices).build();
    }

    /** Returns the slots that a mask has a bit for. */
    public static BitSet slots(ByteString mask) {
        return BitSet.valueOf(mask.toByteArray());
    }

    private static ByteString union(ByteString a, ByteString b) {
        BitSet both = slots(a);
        both.or(slots(b));
        return ByteString.copyFrom(both.toByteArray());
    }

    private static OnlineCounts sum(OnlineCounts a, OnlineCounts b) {
        OnlineCounts.Builder sum = a.toBuilder();
        if (a.hasCountedSlots() || b.hasCountedSlots()) {
            sum.setCountedSlots(union(a.getCountedSlots(), b.getCountedSlots()));
        }
        sum.setSessions(a.getSessions() + b.getSessions())
                .setUsers(a.getUsers() + b.getUsers())
                .setSlotsLeftToRooms(union(a.getSlotsLeftToRooms(), b.getSlotsLeftToRooms()))
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
