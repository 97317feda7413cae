package io.hawser.saver.broadcast;

import static io.hawser.saver.broadcast.BroadcastLogTest.assertRefused;
import static io.hawser.saver.broadcast.StoreHarness.APP;
import static io.hawser.saver.broadcast.StoreHarness.finished;
import static io.hawser.saver.broadcast.StoreHarness.join;
import static io.hawser.saver.broadcast.StoreHarness.leasing;
import static io.hawser.saver.broadcast.StoreHarness.reportOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.AppendBroadcastReply;
import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.LeaseSlicesReply;
import io.hawser.rpc.v1.PutUserListRequest;
import io.hawser.rpc.v1.ReadUserListPartReply;
import io.hawser.rpc.v1.ReadUserListPartRequest;
import io.hawser.rpc.v1.Slice;
import io.hawser.rpc.v1.TaskState;
import io.hawser.wire.ErrorCode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists of users: how they are given, and how their parts are shared. */
final class UserListTest {
    private static StoreHarness stores;

    @BeforeAll
    static void start() {
        stores = new StoreHarness();
    }

    @AfterAll
    static void stop() {
        stores.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        stores.empty();
    }

    @Test
    void aListIsGivenInPartsAndBeginsWhenItIsComplete() {
        PutUserListRequest.Builder list = list("l1").setMembersPerSecond(100).setCollapseKey("score");
        BroadcastTask draft = put(list.clone().setPart(1).addUsers("carol")).getTask();
        assertThat(draft.getState()).isEqualTo(TaskState.TASK_DRAFT);
        assertRefused(
                ErrorCode.FAILED_PRECONDITION,
                "parts: 1 given, the last of number 1 (expected: 2",
                () -> put(list.clone().setComplete(true).setParts(2)));
        put(list.clone().setPart(0).addUsers("alice").addUsers("bob"));
        put(list.clone().setPart(0).addUsers("mallory"));
        BroadcastTask begun = put(list.clone().setComplete(true).setParts(2)).getTask();
        assertThat(begun.getTask()).isEqualTo(draft.getTask());
        assertThat(begun.getState()).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(begun.getTargeted()).isEqualTo(3);
        assertThat(put(list.clone().setComplete(true).setParts(2)).getRepeated())
                .isTrue();
        ReadUserListPartReply part0 = join(stores.store.readUserListPart(
                ReadUserListPartRequest.newBuilder().setTask(begun.getTask()).build()));
        assertThat(part0.getUsersList()).containsExactly("alice", "bob");
        assertThat(part0.getContent()).isEqualTo(list.getContent());
        assertThat(part0.getCollapseKey()).isEqualTo("score");
        assertThat(stores.follow(0, 0).getAppsList()).as("no entry of the log").isEmpty();

        List<Slice> parts = stores.lease("center-1", "room-1");
        assertThat(parts).extracting(Slice::getPart).containsExactly(0, 1);
        assertThat(parts).allSatisfy(part -> {
            assertThat(part.getList()).isTrue();
            assertThat(part.getMembersPerSecond()).isEqualTo(50);
        });
        stores.report(
                "center-1", reportOf(parts.get(0)).setDoneUsers(2).setFailed(1).setLastError(26));
        assertThat(stores.get(begun).getSent()).isEqualTo(1);
        stores.report(
                "center-1", finished(parts.get(0)).setDoneUsers(2).setFailed(1).setLastError(26));
        stores.report("center-1", finished(parts.get(1)).setDoneUsers(1));
        BroadcastTask done = stores.get(begun);
        assertThat(done.getState()).isEqualTo(TaskState.TASK_DONE);
        assertThat(done.getSent()).isEqualTo(2);
        assertThat(done.getFailed()).isEqualTo(1);
        assertThat(done.getLastError()).isEqualTo(26);
        assertRefused(
                ErrorCode.FAILED_PRECONDITION, "state: TASK_DONE", () -> stores.change(done, TaskState.TASK_CANCELLED));
    }

    @Test
    void whoTakesAPartOverGoesOnWhereTheOtherWas() {
        PutUserListRequest.Builder list = list("l1");
        put(list.addUsers("a").addUsers("b").addUsers("c").setComplete(true).setParts(1));
        Slice held = stores.lease("center-1", "room-1").getFirst();
        stores.report("center-1", reportOf(held).setDoneUsers(2).setFailed(1).setLastError(26));
        stores.clock.advance(Duration.ofSeconds(11));
        Slice taken = stores.lease("center-2", "room-1").getFirst();
        assertThat(taken.getDoneUsers()).isEqualTo(2);
        assertThat(taken.getFailed()).isEqualTo(1);
        assertThat(taken.getLastError()).isEqualTo(26);
    }

    @Test
    void onlySomePartsOfAListAreWorkedOnAtOnce() {
        begin(list("l1"), 5);
        List<Slice> first = stores.lease("center-1", "room-1");
        assertThat(first).extracting(Slice::getPart).containsExactly(0, 1);
        assertThat(stores.lease("center-2", "room-1")).isEmpty();
        stores.report("center-1", finished(first.getFirst()).setDoneUsers(1));
        assertThat(stores.lease("center-2", "room-1"))
                .extracting(Slice::getPart)
                .containsExactly(2);
    }

    /** Each part has a pace of at least 1 a second. */
    @Test
    void aSlowListHasNoMorePartsWorkedOnThanUsersASecond() {
        begin(list("l1").setMembersPerSecond(1), 5);
        assertThat(stores.lease("center-1", "room-1"))
                .extracting(Slice::getMembersPerSecond)
                .containsExactly(1);
        assertThat(stores.lease("center-2", "room-1")).isEmpty();
    }

    /** More parts than a lease takes, all of them older than what is to be leased beside them. */
    @Test
    void roomsAreGrantedPaceHoweverManyPartsOfListsWait() throws SQLException {
        for (int list = 0; list < 11; list++) {
            begin(list("l" + list), 1);
        }
        stores.execute("INSERT INTO broadcast_slice (task, room, room_incarnation, part)"
                + " WITH RECURSIVE n (part) AS (SELECT 1 UNION ALL SELECT part + 1 FROM n WHERE part < 99)"
                + " SELECT task, '', 0, part FROM broadcast_task, n");
        assertThat(stores.lease("center-1", "room-1")).as("two of each list").hasSize(22);
        BroadcastTask paced = stores.append(stores.entry("r1").setMembersPerSecond(100));
        assertThat(stores.lease("center-1", "room-1", "room-2"))
                .filteredOn(slice -> slice.getTask() == paced.getTask())
                .hasSize(2);
    }

    @Test
    void listsGetHalfOfWhatACenterHoldsEachItsTurn() {
        for (int list = 0; list < 4; list++) {
            begin(list("l" + list), 2);
        }
        List<Slice> parts = stores.lease(leasing("center-1", "room-1").setMaxSlices(8));
        assertThat(parts).extracting(Slice::getTask).hasSize(4).doesNotHaveDuplicates();
        stores.append(stores.entry("r1"));
        assertThat(stores.lease(leasing("center-1", "room-1").setMaxSlices(8)))
                .filteredOn(slice -> !slice.getList())
                .hasSize(1);
    }

    @Test
    void listsOfOneAppLeaveThoseOfOthersTheirTurn() {
        for (int list = 0; list < 4; list++) {
            begin(list("l" + list).setMembersPerSecond(1), 2);
        }
        stores.lease(leasing("center-1", "room-1").setMaxSlices(4));
        begin(list("other").setApp("other"), 1);
        assertThat(stores.lease(leasing("center-1", "room-1").setMaxSlices(4)))
                .extracting(Slice::getApp)
                .containsExactlyInAnyOrder(APP, "other");
    }

    @Test
    void centersShareWhatMayBeHeldOfAList() {
        stores.lease("center-1", "room-1");
        stores.lease("center-2", "room-1");
        begin(list("l1"), 100);
        assertThat(stores.lease("center-1", "room-1")).hasSize(1);
        assertThat(stores.lease("center-2", "room-1")).hasSize(1);
    }

    /** As many as a center may hold, with contents of the largest size: a reply of more than 4 MiB is refused. */
    @Test
    void aLeaseOfManyPartsIsSmallHoweverLargeTheirContentsAre() {
        ByteString large = ByteString.copyFrom(new byte[64 << 10]);
        for (int list = 0; list < 40; list++) {
            begin(list("large-" + list).setContent(large), 2);
        }
        LeaseSlicesReply reply = join(stores.store.leaseSlices(
                leasing("center-1", "room-1").setMaxSlices(1_000).build()));
        assertThat(reply.getSlicesCount()).isGreaterThanOrEqualTo(64);
        assertThat(reply.getSerializedSize()).isLessThan(reply.getSlicesCount() << 10);
    }

    @Test
    void aDraftThatNobodyCompletesIsOverAfterAnHour() {
        BroadcastTask draft = put(list("l1").addUsers("alice")).getTask();
        stores.clock.advance(Duration.ofMinutes(61));
        stores.purge.run();
        assertThat(stores.get(draft).getState()).isEqualTo(TaskState.TASK_EXPIRED);
    }

    /** Its center died between two parts: it was never accepted, so who repeats it is not told that it was. */
    @Test
    void aListThatRanOutOfTimeBeforeItWasCompleteBeginsAnewWhenItIsRepeated() {
        BroadcastTask draft = put(list("l1").addUsers("alice")).getTask();
        stores.clock.advance(Duration.ofMinutes(61));
        stores.purge.run();
        AppendBroadcastReply anew =
                put(list("l1").addUsers("alice").setComplete(true).setParts(1));
        assertThat(anew.getRepeated()).isFalse();
        assertThat(anew.getTask().getTask()).isNotEqualTo(draft.getTask());
        assertThat(anew.getTask().getState()).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(anew.getTask().getTargeted()).isEqualTo(1);
        AppendBroadcastReply again =
                put(list("l1").addUsers("alice").setComplete(true).setParts(1));
        assertThat(again.getRepeated()).isTrue();
        assertThat(again.getTask().getTask()).isEqualTo(anew.getTask().getTask());
    }

    @Test
    void aCompleteListThatRanOutOfTimeStaysOver() {
        put(list("l1").addUsers("alice").setComplete(true).setParts(1));
        stores.clock.advance(Duration.ofHours(6));
        stores.lease("center-1", "room-1");
        AppendBroadcastReply again =
                put(list("l1").addUsers("alice").setComplete(true).setParts(1));
        assertThat(again.getRepeated()).isTrue();
        assertThat(again.getTask().getState()).isEqualTo(TaskState.TASK_EXPIRED);
    }

    private static PutUserListRequest.Builder list(String requestId) {
        return PutUserListRequest.newBuilder()
                .setApp(APP)
                .setRequestId(requestId)
                .setBodyHash(ByteString.copyFromUtf8("hash"))
                .setContent(ByteString.copyFromUtf8("content of " + requestId))
                .setExpiresMs(stores.clock.millis() + Duration.ofHours(5).toMillis());
    }

    /** With one user a part. */
    private static void begin(PutUserListRequest.Builder list, int parts) {
        for (int part = 0; part < parts; part++) {
            put(list.clone().setPart(part).addUsers("user-" + part));
        }
        put(list.clone().setComplete(true).setParts(parts));
    }

    private static AppendBroadcastReply put(PutUserListRequest.Builder list) {
        return join(stores.store.putUserList(list.build()));
    }
}
