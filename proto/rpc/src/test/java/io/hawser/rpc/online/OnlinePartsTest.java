package io.hawser.rpc.online;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.ListOnlineReply;
import io.hawser.rpc.v1.OnlineCounts;
import io.hawser.rpc.v1.OnlineUser;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OnlinePartsTest {
    @Test
    void aPageEndsWhereTheFirstOfThePartsDoes() {
        ListOnlineReply merged = OnlineParts.merge(
                List.of(part(10, 4, user(0, "zoe"), user(8, "late")), part(7, 5, user(1, "bob"), user(1, "al"))), 10);

        assertThat(merged.getUsersList()).extracting(OnlineUser::getUser).containsExactly("zoe", "al", "bob");
        assertThat(merged.getToSlot()).isEqualTo(7);
        assertThat(BitSet.valueOf(merged.getOwnedSlots().toByteArray()).stream())
                .containsExactly(4, 5);
    }

    @Test
    void aFullPageEndsWithItsLastUsersSlot() {
        ListOnlineReply merged = OnlineParts.merge(
                List.of(part(4, 2, user(2, "a"), user(3, "c")), part(4_096, 3, user(3, "b"), user(9, "d"))), 3);

        assertThat(merged.getUsersList()).extracting(OnlineUser::getUser).containsExactly("a", "b", "c");
        assertThat(merged.getToSlot()).isEqualTo(4);
    }

    @Test
    void whomTwoPartsNameIsOnThePageOnceWithTheDevicesOfBoth() {
        OnlineUser here =
                user(2, "a").toBuilder().addDevices("pc").addDevices("phone").build();
        OnlineUser there =
                user(2, "a").toBuilder().addDevices("phone").addDevices("tv").build();

        ListOnlineReply merged =
                OnlineParts.merge(List.of(part(4_096, 2, here), part(4_096, 3, there, user(3, "b"))), 2);

        assertThat(merged.getUsersList()).extracting(OnlineUser::getUser).containsExactly("a", "b");
        assertThat(merged.getUsers(0).getDevicesList()).containsExactly("pc", "phone", "tv");
    }

    @Test
    void whatNobodyAnsweredIsAnEmptyPageToTheEnd() {
        assertThat(OnlineParts.merge(List.of(), 10).getToSlot()).isEqualTo(4_096);
    }

    @Test
    void countsAddUpByZoneAndVersion() {
        OnlineCounts sum = OnlineParts.sum(List.of(
                counts(3, 2)
                        .putSessionsByZone("a", 3)
                        .putSessionsByClientVersion("1", 3)
                        .setCountedSlots(slots(1, 9))
                        .build(),
                counts(5, 4)
                        .putSessionsByZone("a", 1)
                        .putSessionsByZone("b", 4)
                        .putSessionsByClientVersion("1", 2)
                        .setSessionsOfOtherVersions(3)
                        .setCountedSlots(slots(2))
                        .build()));

        assertThat(sum)
                .isEqualTo(counts(8, 6)
                        .putSessionsByZone("a", 4)
                        .putSessionsByZone("b", 4)
                        .putSessionsByClientVersion("1", 5)
                        .setSessionsOfOtherVersions(3)
                        .setCountedSlots(slots(1, 2, 9))
                        .build());
    }

    private static OnlineCounts.Builder counts(int sessions, int users) {
        return OnlineCounts.newBuilder().setSessions(sessions).setUsers(users);
    }

    private static ListOnlineReply part(int toSlot, int ownedSlot, OnlineUser... users) {
        return ListOnlineReply.newBuilder()
                .setToSlot(toSlot)
                .setOwnedSlots(slots(ownedSlot))
                .addAllUsers(List.of(users))
                .build();
    }

    private static ByteString slots(int... slots) {
        BitSet mask = new BitSet();
        IntStream.of(slots).forEach(mask::set);
        return ByteString.copyFrom(mask.toByteArray());
    }

    private static OnlineUser user(int slot, String name) {
        return OnlineUser.newBuilder().setSlot(slot).setUser(name).build();
    }
}
