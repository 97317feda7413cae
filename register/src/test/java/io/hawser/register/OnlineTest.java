package io.hawser.register;

import static io.hawser.register.Registry.bind;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.ListOnlineReply;
import io.hawser.rpc.v1.ListOnlineRequest;
import io.hawser.rpc.v1.OnlineCounts;
import io.hawser.rpc.v1.OnlineUser;
import io.hawser.rpc.v1.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who is online on a lane, counted and by name. */
final class OnlineTest {
    private static final Peer EAST = roomIn("east", "room-1", 1);
    private static final Peer WEST = roomIn("west", "room-2", 2);

    private final Registry registry =
            new Registry(Registry.limits(1_000_000, 2_000)).ownsAll().seesRooms(EAST, WEST);

    @Test
    void sessionsAndUsersAreCountedByZoneAndVersion() {
        registry.enter(of("alice", "class:phone", EAST, 1, "1.0"));
        registry.enter(of("alice", "class:desktop", WEST, 2, "1.1"));
        registry.enter(of("bob", "user", EAST, 3, "1.0"));
        registry.enter(
                of("bob", "user", EAST, 4, "").toBuilder().setApp("other").build());

        assertThat(sums(count("demo")))
                .isEqualTo(OnlineCounts.newBuilder()
                        .setUsers(2)
                        .setSessions(3)
                        .putSessionsByZone("east", 2)
                        .putSessionsByZone("west", 1)
                        .putSessionsByClientVersion("1.0", 2)
                        .putSessionsByClientVersion("1.1", 1)
                        .build());
        assertThat(count("other").getUsers()).isEqualTo(1);
        assertThat(sums(count("nobody's"))).isEqualTo(OnlineCounts.getDefaultInstance());
    }

    @Test
    void aCountIsGivenForSomeSecondsAndMadeAnewThen() {
        registry.enter(of("alice", "user", EAST, 1, "1.0"));
        assertThat(count("demo").getSessions()).isEqualTo(1);
        registry.enter(of("bob", "user", EAST, 2, "1.0"));
        assertThat(count("demo").getSessions()).isEqualTo(1);

        registry.pass(Duration.ofSeconds(6));

        assertThat(count("demo").getSessions()).isEqualTo(2);
    }

    @Test
    void aCountNamesTheSlotsOfWhichAllRoomsHaveTold() {
        assertThat(countedSlots()).isZero();
        registry.pourAll(EAST);
        registry.pourAll(WEST);
        registry.pass(Duration.ofSeconds(1));
        assertThat(countedSlots()).isEqualTo(Slot.COUNT);

        registry.ownsNothing();
        assertThat(countedSlots()).isZero();
    }

    @Test
    void aCountNamesTheSlotsThatWaitForNobodyButRooms() {
        assertThat(slots(count("demo").getSlotsLeftToRooms())).isEqualTo(Slot.COUNT);
        registry.ownsNothing().ownsAll();
        assertThat(slots(count("demo").getSlotsLeftToRooms())).isZero();

        registry.pass(Duration.ofSeconds(11));
        registry.lane.endHandOvers(Duration.ofSeconds(10).toNanos());
        assertThat(slots(count("demo").getSlotsLeftToRooms())).isEqualTo(Slot.COUNT);

        registry.pourAll(EAST);
        registry.pourAll(WEST);
        registry.pass(Duration.ofSeconds(1));
        assertThat(slots(count("demo").getSlotsLeftToRooms())).isZero();
    }

    private int countedSlots() {
        return slots(count("demo").getCountedSlots());
    }

    private static int slots(ByteString mask) {
        return BitSet.valueOf(mask.toByteArray()).cardinality();
    }

    private static OnlineCounts sums(OnlineCounts counts) {
        return counts.toBuilder().clearCountedSlots().clearSlotsLeftToRooms().build();
    }

    @Test
    void aSlotThatIsBeingHandedOverIsNobodysOnAPage() {
        Registry joined = new Registry(Registry.limits(1_000_000, 64))
                .seesRooms(EAST, WEST)
                .ownsNothing();
        joined.ownsAll();
        assertThat(listed(joined).getOwnedSlots().isEmpty()).isTrue();

        joined.pourAll(EAST);
        joined.pourAll(WEST);
        assertThat(listed(joined).getOwnedSlots().isEmpty()).isFalse();
    }

    private static ListOnlineReply listed(Registry registry) {
        return registry.lane
                .online()
                .list(
                        ListOnlineRequest.newBuilder()
                                .setApp("demo")
                                .setMaxUsers(10)
                                .build(),
                        1_000);
    }

    @Test
    void anOldCountIsForgottenAndOneUnderWayIsNot() {
        enterMany(300);
        assertThat(registry.lane.census().goOn(10)).isFalse();
        registry.lane.census().forgetWhatIsOld();
        assertThat(count("demo").getUsers()).isEqualTo(300);

        registry.pass(Duration.ofSeconds(6));
        registry.lane.census().forgetWhatIsOld();
        assertThat(sums(registry.lane.census().of("demo"))).isEqualTo(OnlineCounts.getDefaultInstance());
    }

    @Test
    void versionsThatClientsInventDoNotFillTheMemory() {
        IntStream.range(0, 150).forEach(n -> registry.enter(of("user-" + n, "user", EAST, n, "v" + n)));

        OnlineCounts counts = count("demo");

        assertThat(counts.getSessionsByClientVersionCount()).isEqualTo(100);
        assertThat(counts.getSessionsOfOtherVersions()).isEqualTo(50);
    }

    @Test
    void pagesNameEachUserOnceInOrder() {
        enterMany(300);
        registry.enter(of("user-7", "class:desktop", WEST, 9_999, ""));

        List<OnlineUser> listed = listAll(17, 40);

        assertThat(listed)
                .extracting(OnlineUser::getUser)
                .doesNotHaveDuplicates()
                .hasSize(300);
        assertThat(listed)
                .isSortedAccordingTo(
                        Comparator.comparingInt(OnlineUser::getSlot).thenComparing(OnlineUser::getUser));
        assertThat(listed)
                .filteredOn(user -> user.getUser().equals("user-7"))
                .singleElement()
                .satisfies(
                        user -> assertThat(user.getDevicesList()).containsExactlyInAnyOrder("device-7", "device-9999"));
    }

    @Test
    void aUserIsCutOffFromNoPageThoughASlotIsTheSame() {
        Session one = of("alice", "user", EAST, 1, "");
        String twin = IntStream.iterate(0, n -> n + 1)
                .mapToObj(n -> "twin-" + n)
                .filter(user -> Slot.of("demo", user) == Registry.slot(one))
                .findFirst()
                .orElseThrow();
        registry.enter(one);
        registry.enter(of(twin, "user", EAST, 2, ""));

        assertThat(listAll(1, 1_000)).extracting(OnlineUser::getUser).containsExactly("alice", twin);
    }

    @Test
    void otherAppsAreNotNamed() {
        registry.enter(
                of("bob", "user", EAST, 1, "").toBuilder().setApp("other").build());
        assertThat(listAll(10, 1_000)).isEmpty();
    }

    @Test
    void aPageTellsWhatIsNotOwnedAndWhoHasNotTold() {
        registry.pourAll(EAST);
        ListOnlineReply owned = list(0, "", 10, 1_000);
        assertThat(BitSet.valueOf(owned.getOwnedSlots().toByteArray()).cardinality())
                .isEqualTo(Slot.COUNT);
        assertThat(owned.getUnknownRoomsList()).containsExactly("room-2");

        registry.ownsNothing();
        assertThat(list(0, "", 10, 1_000).getOwnedSlots().isEmpty()).isTrue();
    }

    private OnlineCounts count(String app) {
        while (!registry.lane.census().goOn(10)) {
            registry.nowNanos++;
        }
        return registry.lane.census().of(app);
    }

    private List<OnlineUser> listAll(int size, int slice) {
        List<OnlineUser> all = new ArrayList<>();
        int slot = 0;
        String user = "";
        while (slot < Slot.COUNT) {
            ListOnlineReply page = list(slot, user, size, slice);
            all.addAll(page.getUsersList());
            boolean full = page.getUsersCount() == size;
            slot = full ? page.getUsersList().getLast().getSlot() : page.getToSlot();
            user = full ? page.getUsersList().getLast().getUser() : "";
        }
        return all;
    }

    private ListOnlineReply list(int slot, String user, int size, int slice) {
        return registry.lane
                .online()
                .list(
                        ListOnlineRequest.newBuilder()
                                .setApp("demo")
                                .setFromSlot(slot)
                                .setAfterUser(user)
                                .setMaxUsers(size)
                                .build(),
                        slice);
    }

    private void enterMany(int users) {
        IntStream.range(0, users).forEach(n -> registry.enter(of("user-" + n, "user", EAST, n, "1.0")));
    }

    private static Session of(String user, String mailbox, Peer room, long connection, String version) {
        return bind(user, mailbox, room, connection).toBuilder()
                .setClientVersion(version)
                .build();
    }

    private static Peer roomIn(String zone, String name, long incarnation) {
        return new Peer("room", name, "127.0.0.1", 1, incarnation, zone);
    }
}
