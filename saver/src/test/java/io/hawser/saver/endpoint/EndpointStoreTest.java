package io.hawser.saver.endpoint;

import static io.hawser.saver.broadcast.StoreHarness.APP;
import static io.hawser.saver.broadcast.StoreHarness.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.rpc.v1.AppNews;
import io.hawser.rpc.v1.ChangeGroupsRequest;
import io.hawser.rpc.v1.ChangeMembersReply;
import io.hawser.rpc.v1.ChangeMembersRequest;
import io.hawser.rpc.v1.EndpointCursor;
import io.hawser.rpc.v1.FollowedApp;
import io.hawser.rpc.v1.GroupCount;
import io.hawser.rpc.v1.ListGroupsRequest;
import io.hawser.rpc.v1.ListMembersReply;
import io.hawser.rpc.v1.ListMembersRequest;
import io.hawser.rpc.v1.ListUserGroupsRequest;
import io.hawser.rpc.v1.Member;
import io.hawser.rpc.v1.Membership;
import io.hawser.rpc.v1.OpenEndpointReply;
import io.hawser.rpc.v1.OpenEndpointRequest;
import io.hawser.rpc.v1.SaveCursorsRequest;
import io.hawser.rpc.v1.StoredCursor;
import io.hawser.rpc.v1.UserGroup;
import io.hawser.saver.broadcast.StoreHarness;
import io.hawser.saver.purge.RowPurge;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class EndpointStoreTest {
    private static StoreHarness stores;
    private static EndpointStore endpoints;

    @BeforeAll
    static void start() {
        stores = new StoreHarness();
        endpoints = new EndpointStore(
                EndpointSettings.defaults(), stores.dataSource(), stores.clock, new SimpleMeterRegistry());
    }

    @AfterAll
    static void stop() {
        endpoints.close();
        stores.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        stores.empty();
    }

    @Test
    void aNewEndpointHasNothingAndIsToldWhereTheLogStands() {
        assertThat(open("alice", "phone")).isEqualTo(OpenEndpointReply.getDefaultInstance());
        stores.append(stores.entry("r1"));
        assertThat(open("alice", "phone").getWatermark()).isEqualTo(1);
    }

    @Test
    void aMembershipCountsFromTheWatermarkAtJoiningAndIsKept() {
        stores.append(stores.entry("r1"));
        assertThat(open("alice", "phone", "news").getMembershipsList()).containsExactly(since("news", 1));
        stores.append(stores.entry("r2"));
        OpenEndpointReply again = open("alice", "phone", "news", "vip");
        assertThat(again.getMembershipsList()).containsExactly(since("news", 1), since("vip", 2));
        assertThat(again.getWatermark()).isEqualTo(2);
        assertThat(open("alice", "phone").getMembershipsList()).isEqualTo(again.getMembershipsList());
        assertThat(open("alice", "tablet").getMembershipsList()).isEmpty();
    }

    @Test
    void whoLeavesAndJoinsAgainBeginsAgain() {
        open("alice", "phone", "news");
        stores.append(stores.entry("r1"));
        assertThat(groups("alice", "phone", List.of(), List.of("news"))).isEmpty();
        assertThat(groups("alice", "phone", List.of("news"), List.of())).containsExactly(since("news", 1));
        stores.append(stores.entry("r2"));
        assertThat(groups("alice", "phone", List.of("news"), List.of("news")))
                .as("left and joined at once")
                .containsExactly(since("news", 2));
        assertThat(open("alice", "phone").getMembershipsList()).containsExactly(since("news", 2));
    }

    @Test
    void aUsersMembershipIsThatOfAllDevicesAndTheEarlierOfTwoCounts() {
        add("news", member("alice", ""));
        stores.append(stores.entry("r1"));
        assertThat(open("alice", "phone", "news", "own").getMembershipsList())
                .containsExactly(since("news", 0), since("own", 1));
        assertThat(open("alice", "never seen").getMembershipsList()).containsExactly(since("news", 0));
        assertThat(open("bob", "phone").getMembershipsList()).isEmpty();
    }

    @Test
    void anEndpointIsInNoMoreThanSixtyFourGroups() {
        String[] many = IntStream.range(0, 60).mapToObj(i -> "g" + i).toArray(String[]::new);
        open("alice", "phone", many);
        for (int i = 0; i < 4; i++) {
            add("u" + i, member("alice", ""));
        }
        assertRefused(
                ErrorCode.FAILED_PRECONDITION,
                "groups: 65 of user alice of app demo (expected: at most 64 an endpoint)",
                () -> groups("alice", "phone", List.of("one more"), List.of()));
        assertThat(open("alice", "phone").getMembershipsCount()).isEqualTo(64);
        assertRefused(ErrorCode.FAILED_PRECONDITION, "groups: 65", () -> open("alice", "phone", "one more"));
        assertThat(groups("alice", "phone", List.of("one more"), List.of("g0"))).hasSize(64);
        assertRefused(ErrorCode.FAILED_PRECONDITION, "groups: 65", () -> add("v", member("alice", "phone")));
        assertThat(list("v", 10).getTotal()).as("nothing was done").isZero();
    }

    @Test
    void inOneBatchEachEndpointHasItsOwnAnswer() {
        List<CompletableFuture<OpenEndpointReply>> calls = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            calls.add(endpoints.open(opening("user-" + i % 250, "device", "all", "group-" + i % 250)));
        }
        for (int i = 0; i < 500; i++) {
            assertThat(join(calls.get(i)).getMembershipsList())
                    .containsExactly(since("all", 0), since("group-" + i % 250, 0));
        }
        assertThat(list("all", 0).getTotal()).isEqualTo(250);
    }

    @Test
    void cursorsAreKeptAndNeverGoBack() {
        StoredCursor cursor = StoredCursor.newBuilder()
                .setLow(7)
                .addSeen(9)
                .addMissing(3)
                .setFruitless(2)
                .setFruitlessMs(1_000)
                .build();
        save("alice", "phone", cursor);
        assertThat(open("alice", "phone").getCursor()).isEqualTo(cursor);
        assertThat(open("alice", "tablet").hasCursor()).isFalse();
        save("alice", "phone", cursor.toBuilder().setLow(6).build());
        assertThat(open("alice", "phone").getCursor()).isEqualTo(cursor);
        StoredCursor reset =
                cursor.toBuilder().clearFruitless().clearFruitlessMs().build();
        save("alice", "phone", reset);
        assertThat(open("alice", "phone").getCursor()).isEqualTo(reset);
    }

    @Test
    void aCursorThatNobodySavesIsForgottenAfterTwoMonths() {
        save("alice", "phone", StoredCursor.newBuilder().setLow(7).build());
        stores.clock.advance(Duration.ofDays(63));
        new RowPurge(
                        stores.portions(),
                        stores.clock,
                        EndpointSettings.defaults().lifetimes())
                .run();
        assertThat(open("alice", "phone").hasCursor()).isFalse();
    }

    @Test
    void membersAreCountedOnceAndRoomsHearOfTheirUsers() {
        ChangeMembersReply added = add("news", member("alice", ""), member("bob", "phone"), member("bob", "phone"));
        assertThat(added.getAdded()).isEqualTo(2);
        assertThat(add("news", member("alice", "")).getAdded()).isZero();
        AppNews news = stores.follow(FollowedApp.newBuilder().setApp(APP)).getApps(0);
        assertThat(news.getUsersList()).containsExactly("alice", "bob");
        ChangeMembersReply removed = join(endpoints.changeMembers(ChangeMembersRequest.newBuilder()
                .setApp(APP)
                .setGroup("news")
                .addRemove(member("alice", ""))
                .addRemove(member("carol", ""))
                .build()));
        assertThat(removed.getRemoved()).isEqualTo(1);
        news = stores.follow(FollowedApp.newBuilder().setApp(APP).setAfterChange(news.getChange()))
                .getApps(0);
        assertThat(news.getUsersList()).containsExactly("alice", "carol");
        assertThat(news.getMore()).isFalse();
    }

    @Test
    void whoIsRemovedIsRemovedWithTheDevicesThatJoinedByThemselves() {
        open("alice", "phone", "vip");
        open("alice", "tablet", "vip", "news");
        open("bob", "phone", "vip");
        open("bob", "tablet", "vip");
        add("vip", member("alice", ""));

        assertThat(remove("vip", member("alice", ""), member("bob", "phone")).getRemoved())
                .isEqualTo(4);

        assertThat(list("vip", 10).getMembersList()).containsExactly(member("bob", "tablet"));
        assertThat(open("alice", "tablet").getMembershipsList()).containsExactly(since("news", 0));
    }

    @Test
    void whatABindingBeginsWithSaysWhichChangesItHasInIt() {
        long before = open("alice", "phone").getChanged();
        add("news", member("alice", ""));
        OpenEndpointReply after = open("alice", "phone");
        assertThat(after.getChanged()).isGreaterThan(before);
        assertThat(stores.follow(FollowedApp.newBuilder().setApp(APP).setFromNow(true))
                        .getApps(0)
                        .getChange())
                .isEqualTo(after.getChanged());
    }

    @Test
    void membersAreListedByTheBytesOfTheirNamesPageByPage() {
        // By UTF-16, the second of these would come before the first.
        List<Member> all = List.of(
                member("Z", ""),
                member("a", ""),
                member("a", "1"),
                member("a", "2"),
                member("\uff5e", "x"),
                member("\ud83d\ude00", "x"));
        add("news", all.reversed().toArray(Member[]::new));
        List<Member> seen = new ArrayList<>();
        ListMembersRequest.Builder request =
                ListMembersRequest.newBuilder().setApp(APP).setGroup("news").setMaxEntries(2);
        ListMembersReply page = join(endpoints.listMembers(request.build()));
        while (page.getMembersCount() > 0) {
            assertThat(page.getTotal()).isEqualTo(6);
            seen.addAll(page.getMembersList());
            page = join(endpoints.listMembers(request.setAfter(seen.getLast()).build()));
        }
        assertThat(seen).isEqualTo(all);
        assertThat(list("news", 0).getMembersList()).isEmpty();
        assertThat(list("news", 0).getTotal()).isEqualTo(6);
    }

    @Test
    void groupsAndAUsersGroupsAreListedPageByPage() {
        add("a", member("alice", ""), member("bob", ""));
        add("b", member("alice", "phone"), member("alice", "tablet"));
        add("c", member("alice", ""));
        assertThat(join(endpoints.listGroups(ListGroupsRequest.newBuilder()
                                .setApp(APP)
                                .setAfter("a")
                                .setMaxEntries(1)
                                .build()))
                        .getGroupsList())
                .containsExactly(
                        GroupCount.newBuilder().setGroup("b").setMembers(2).build());
        ListUserGroupsRequest.Builder request =
                ListUserGroupsRequest.newBuilder().setApp(APP).setUser("alice").setMaxEntries(2);
        List<UserGroup> first = join(endpoints.listUserGroups(request.build())).getGroupsList();
        assertThat(first).containsExactly(userGroup("a", ""), userGroup("b", "phone"));
        assertThat(join(endpoints.listUserGroups(
                                request.setAfter(first.getLast()).build()))
                        .getGroupsList())
                .containsExactly(userGroup("b", "tablet"), userGroup("c", ""));
    }

    @Test
    void anErasedUserIsInNoGroupAndHasNoCursorAndRoomsHearOfIt() throws SQLException {
        open("alice", "phone", "news");
        add("vip", member("alice", ""));
        save("alice", "phone", StoredCursor.newBuilder().setLow(7).build());
        open("bob", "phone", "news");
        long change =
                stores.follow(FollowedApp.newBuilder().setApp(APP)).getApps(0).getChange();
        try (Connection connection = stores.dataSource().getConnection()) {
            assertThat(new EndpointData(stores.clock).erase(connection, APP, "alice"))
                    .isEqualTo(3);
        }
        OpenEndpointReply after = open("alice", "phone");
        assertThat(after.getMembershipsList()).isEmpty();
        assertThat(after.hasCursor()).isFalse();
        assertThat(open("bob", "phone").getMembershipsCount()).isEqualTo(1);
        assertThat(stores.follow(FollowedApp.newBuilder().setApp(APP).setAfterChange(change))
                        .getApps(0)
                        .getUsersList())
                .containsExactly("alice");
    }

    @Test
    void whatCannotBeIsRefusedByName() {
        assertRefused(ErrorCode.INVALID_ARGUMENT, "device: 0 bytes", () -> open("alice", ""));
        assertRefused(ErrorCode.INVALID_ARGUMENT, "user: 65 bytes", () -> open("u".repeat(65), "phone"));
        assertRefused(ErrorCode.INVALID_ARGUMENT, "group: 65 bytes", () -> open("alice", "phone", "g".repeat(65)));
        assertRefused(ErrorCode.INVALID_ARGUMENT, "group: ", () -> add("news.*", member("alice", "")));
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                "members: 1001 (expected: at most 1000)",
                () -> add(
                        "news",
                        IntStream.range(0, 1_001)
                                .mapToObj(i -> member("u" + i, ""))
                                .toArray(Member[]::new)));
        assertRefused(ErrorCode.INVALID_ARGUMENT, "user: 0 bytes", () -> add("news", member("", "")));
        SaveCursorsRequest.Builder cursors = SaveCursorsRequest.newBuilder();
        for (int i = 0; i < 1_001; i++) {
            cursors.addCursors(
                    EndpointCursor.newBuilder().setApp(APP).setUser("u" + i).setDevice("d"));
        }
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                "cursors: 1001 (expected: at most 1000)",
                () -> join(endpoints.saveCursors(cursors.build())));
    }

    private static OpenEndpointReply open(String user, String device, String... join) {
        return join(endpoints.open(opening(user, device, join)));
    }

    private static OpenEndpointRequest opening(String user, String device, String... join) {
        return OpenEndpointRequest.newBuilder()
                .setApp(APP)
                .setUser(user)
                .setDevice(device)
                .addAllJoin(List.of(join))
                .build();
    }

    private static List<Membership> groups(String user, String device, List<String> join, List<String> leave) {
        return join(endpoints.changeGroups(ChangeGroupsRequest.newBuilder()
                        .setApp(APP)
                        .setUser(user)
                        .setDevice(device)
                        .addAllJoin(join)
                        .addAllLeave(leave)
                        .build()))
                .getMembershipsList();
    }

    private static void save(String user, String device, StoredCursor cursor) {
        join(endpoints.saveCursors(SaveCursorsRequest.newBuilder()
                .addCursors(EndpointCursor.newBuilder()
                        .setApp(APP)
                        .setUser(user)
                        .setDevice(device)
                        .setCursor(cursor))
                .build()));
    }

    private static ChangeMembersReply remove(String group, Member... members) {
        return join(endpoints.changeMembers(ChangeMembersRequest.newBuilder()
                .setApp(APP)
                .setGroup(group)
                .addAllRemove(List.of(members))
                .build()));
    }

    private static ChangeMembersReply add(String group, Member... members) {
        return join(endpoints.changeMembers(ChangeMembersRequest.newBuilder()
                .setApp(APP)
                .setGroup(group)
                .addAllAdd(List.of(members))
                .build()));
    }

    private static ListMembersReply list(String group, int entries) {
        return join(endpoints.listMembers(ListMembersRequest.newBuilder()
                .setApp(APP)
                .setGroup(group)
                .setMaxEntries(entries)
                .build()));
    }

    private static Member member(String user, String device) {
        return Member.newBuilder().setUser(user).setDevice(device).build();
    }

    private static Membership since(String group, long bseq) {
        return Membership.newBuilder().setGroup(group).setSinceBseq(bseq).build();
    }

    private static UserGroup userGroup(String group, String device) {
        return UserGroup.newBuilder().setGroup(group).setDevice(device).build();
    }

    private static void assertRefused(ErrorCode code, String message, ThrowingCallable work) {
        assertThatThrownBy(work)
                .isInstanceOfSatisfying(
                        HawserException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }
}
