package io.hawser.saver.broadcast;

import static io.hawser.saver.broadcast.BroadcastLogTest.assertRefused;
import static io.hawser.saver.broadcast.StoreHarness.APP;
import static io.hawser.saver.broadcast.StoreHarness.finished;
import static io.hawser.saver.broadcast.StoreHarness.join;
import static io.hawser.saver.broadcast.StoreHarness.leasing;
import static io.hawser.saver.broadcast.StoreHarness.reportOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.AppendBroadcastReply;
import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.LeaseSlicesReply;
import io.hawser.rpc.v1.PutUserListRequest;
import io.hawser.rpc.v1.ReadUserListPartReply;
import io.hawser.rpc.v1.ReadUserListPartRequest;
import io.hawser.rpc.v1.Slice;
import io.hawser.rpc.v1.TaskState;
import io.hawser.saver.batch.Sql;
import io.hawser.wire.ErrorCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tasks and their slices: turns, leases, shares, ends. */
final class BroadcastTaskTest {
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
    void largeTasksRunOneAfterAnotherAndUrgentAndSmallOnesDoNotWait() {
        BroadcastTask first = stores.append(stores.entry("r1").setSerial(true));
        BroadcastTask second = stores.append(stores.entry("r2").setSerial(true));
        BroadcastTask third = stores.append(stores.entry("r3").setSerial(true));
        BroadcastTask urgent = stores.append(stores.entry("r4").setSerial(true).setUrgent(true));
        BroadcastTask small = stores.append(stores.entry("r5"));
        assertStates(Map.of(first, "RUNNING", second, "QUEUED", third, "QUEUED", urgent, "RUNNING", small, "RUNNING"));
        stores.change(first, TaskState.TASK_PAUSED);
        assertStates(Map.of(first, "PAUSED", second, "RUNNING", third, "QUEUED"));
        assertThat(stores.change(first, TaskState.TASK_RUNNING).getState()).isEqualTo(TaskState.TASK_QUEUED);
        assertThat(stores.change(first, TaskState.TASK_RUNNING).getState()).isEqualTo(TaskState.TASK_QUEUED);
        stores.change(second, TaskState.TASK_CANCELLED);
        assertStates(Map.of(first, "RUNNING", third, "QUEUED"));
        finishAll("room-1");
        assertStates(Map.of(first, "DONE", third, "RUNNING"));
        finishAll("room-1");
        assertStates(Map.of(third, "DONE", urgent, "DONE", small, "DONE"));
    }

    @Test
    void aChangeToTheSameStateIsNoneAndOneThatCannotBeIsRefused() {
        BroadcastTask task = stores.append(stores.entry("r1"));
        stores.change(task, TaskState.TASK_PAUSED);
        BroadcastTask paused = stores.get(task);
        stores.clock.advance(Duration.ofSeconds(1));
        assertThat(stores.change(task, TaskState.TASK_PAUSED)).isEqualTo(paused);
        stores.change(task, TaskState.TASK_CANCELLED);
        assertRefused(
                ErrorCode.FAILED_PRECONDITION,
                "state: TASK_CANCELLED (expected: one from which a broadcast can RESUME)",
                () -> stores.change(task, TaskState.TASK_RUNNING));
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                "state: TASK_DONE (expected: TASK_PAUSED",
                () -> stores.change(task, TaskState.TASK_DONE));
    }

    @Test
    void aTaskIsDoneWhenTheSlicesOfAllRoomsInViewAreFinished() {
        BroadcastTask task = stores.append(stores.entry("r1"));
        List<Slice> slices = stores.lease("center-1", "room-1", "room-2");
        assertThat(slices).extracting(Slice::getRoom).containsExactlyInAnyOrder("room-1", "room-2");
        stores.report("center-1", finished(slices.get(0)).setTargeted(10));
        assertThat(stores.get(task).getState()).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(stores.get(task).getSlicesFinished()).isEqualTo(1);
        stores.report("center-1", finished(slices.get(1)));
        BroadcastTask done = stores.get(task);
        assertThat(done.getState()).isEqualTo(TaskState.TASK_DONE);
        assertThat(done.getSlices()).isEqualTo(2);
        assertThat(done.getSlicesFinished()).isEqualTo(2);
        assertThat(stores.lease("center-1", "room-1", "room-2")).isEmpty();
    }

    @Test
    void aRoomThatFinishedGetsPaceForThoseWhoComeToItUntilTheOthersHaveFinished() {
        BroadcastTask task = stores.append(stores.entry("r1").setMembersPerSecond(100));
        List<Slice> slices = stores.lease("center-1", "room-1", "room-2");
        stores.report("center-1", finished(slices.get(0)).setTargeted(10));
        assertThat(stores.lease("center-1", "room-1", "room-2"))
                .hasSize(2)
                .allSatisfy(slice -> assertThat(slice.getMembersPerSecond()).isPositive());
        stores.report("center-1", finished(slices.get(0)).setFinished(false).setRemaining(1));
        stores.report("center-1", finished(slices.get(1)));
        assertThat(stores.get(task).getState()).isEqualTo(TaskState.TASK_RUNNING);
        stores.report("center-1", finished(slices.get(0)));
        assertThat(stores.get(task).getState()).isEqualTo(TaskState.TASK_DONE);
    }

    @Test
    void roomsThatJoinGetSlicesAndThoseThatLeaveAreNotWaitedFor() {
        BroadcastTask task = stores.append(stores.entry("r1"));
        Slice one = stores.lease("center-1", "room-1", "room-2").stream()
                .filter(slice -> slice.getRoom().equals("room-1"))
                .findFirst()
                .orElseThrow();
        assertThat(stores.lease("center-1", "room-1", "room-3"))
                .extracting(Slice::getRoom)
                .containsExactlyInAnyOrder("room-1", "room-3");
        stores.report("center-1", finished(one));
        assertThat(stores.lease(leasing("center-1")))
                .as("a view not believed drops none")
                .hasSize(2);
        stores.lease("center-1", "room-1");
        assertThat(stores.get(task).getState()).isEqualTo(TaskState.TASK_DONE);
    }

    @Test
    void aSliceHasOneHolderAtATimeAndAnotherAfterTheLeaseUnderANewFence() {
        stores.append(stores.entry("r1"));
        Slice held = stores.lease("center-1", "room-1").getFirst();
        assertThat(stores.lease("center-2", "room-1")).isEmpty();
        stores.clock.advance(Duration.ofSeconds(3));
        stores.lease("center-1", "room-1");
        stores.clock.advance(Duration.ofSeconds(3));
        assertThat(stores.lease("center-2", "room-1")).as("prolonged by asking").isEmpty();
        stores.clock.advance(Duration.ofSeconds(6));
        Slice taken = stores.lease("center-2", "room-1").getFirst();
        assertThat(taken.getSlice()).isEqualTo(held.getSlice());
        assertThat(taken.getFence()).isGreaterThan(held.getFence());
        assertThat(stores.report("center-1", finished(held)).getLostList()).containsExactly(held.getSlice());
        assertThat(stores.lease("center-2", "room-1"))
                .as("the late report did not count")
                .hasSize(1);
        assertThat(stores.report("center-2", finished(taken)).getLostList()).isEmpty();
    }

    @Test
    void centersShareSlicesAndOneThatLeavesGivesUpItsOwnAtOnce() {
        stores.lease("center-1", "room-1");
        stores.lease("center-2", "room-1");
        stores.append(stores.entry("r1"));
        String[] rooms = {"room-1", "room-2", "room-3", "room-4"};
        assertThat(stores.lease("center-1", rooms)).hasSize(2);
        assertThat(stores.lease("center-2", rooms)).hasSize(2);
        assertThat(stores.lease("center-1", rooms)).hasSize(2);
        assertThat(stores.lease(leasing("center-1", rooms).setMaxSlices(0))).isEmpty();
        assertThat(stores.lease("center-2", rooms)).hasSize(4);
    }

    @Test
    void aTaskWhoseTimeIsOverExpiresAndTheNextHasItsTurn() {
        BroadcastTask first =
                stores.append(stores.entry("r1").setSerial(true).setExpiresMs(stores.clock.millis() + 1_000));
        BroadcastTask next = stores.append(stores.entry("r2").setSerial(true));
        stores.lease("center-1", "room-1");
        stores.clock.advance(Duration.ofSeconds(2));
        assertThat(stores.lease("center-1", "room-1"))
                .extracting(Slice::getTask)
                .containsExactly(next.getTask());
        assertStates(Map.of(first, "EXPIRED", next, "RUNNING"));
    }

    @Test
    void paceIsSharedByWhatRoomsHaveLeftWithinTheAppsLimitUrgentFirst() throws SQLException {
        stores.append(stores.entry("r1").setMembersPerSecond(1_000));
        BroadcastTask urgent =
                stores.append(stores.entry("r2").setMembersPerSecond(600).setUrgent(true));
        stores.append(stores.entry("r3"));
        List<Slice> slices =
                stores.lease(leasing("center-1", "room-1", "room-2").setAppMembersPerSecond(1_000));
        assertThat(slices.subList(0, 2)).extracting(Slice::getTask).containsOnly(urgent.getTask());
        assertThat(slices).extracting(Slice::getMembersPerSecond).containsExactly(300, 300, 200, 200, 0, 0);
        stores.report("center-1", reportOf(slices.get(2)).setTargeted(900).setRemaining(900));
        stores.report("center-1", reportOf(slices.get(3)).setTargeted(100).setRemaining(100));
        assertThat(stores.lease(leasing("center-1", "room-1", "room-2").setAppMembersPerSecond(1_000)))
                .extracting(Slice::getMembersPerSecond)
                .containsExactly(300, 300, 360, 40, 0, 0);
        ownLimit(800);
        assertThat(stores.lease(leasing("center-1", "room-1", "room-2").setAppMembersPerSecond(1_000)))
                .extracting(Slice::getMembersPerSecond)
                .containsExactly(300, 300, 180, 20, 0, 0);
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
        PutUserListRequest.Builder list = list("l1");
        for (int part = 0; part < 5; part++) {
            put(list.clone().setPart(part).addUsers("user-" + part));
        }
        put(list.clone().setComplete(true).setParts(5));
        List<Slice> first = stores.lease("center-1", "room-1");
        assertThat(first).extracting(Slice::getPart).containsExactly(0, 1);
        assertThat(stores.lease("center-2", "room-1")).isEmpty();
        stores.report("center-1", finished(first.getFirst()).setDoneUsers(1));
        assertThat(stores.lease("center-2", "room-1"))
                .extracting(Slice::getPart)
                .containsExactly(2);
    }

    /** As many as a center may hold, with contents of the largest size: a reply of more than 4 MiB is refused. */
    @Test
    void aLeaseOfManyPartsIsSmallHoweverLargeTheirContentsAre() {
        ByteString large = ByteString.copyFrom(new byte[64 << 10]);
        for (int list = 0; list < 40; list++) {
            PutUserListRequest.Builder parts = list("large-" + list).setContent(large);
            for (int part = 0; part < 2; part++) {
                put(parts.clone().setPart(part).addUsers("user-" + part));
            }
            put(parts.clone().setComplete(true).setParts(2));
        }
        LeaseSlicesReply reply =
                join(stores.store.leaseSlices(leasing("center-1", "room-1").build()));
        assertThat(reply.getSlicesCount()).isGreaterThanOrEqualTo(64);
        assertThat(reply.getSerializedSize()).isLessThan(reply.getSlicesCount() << 10);
    }

    @Test
    void aDraftThatNobodyCompletesIsOverAfterAnHour() {
        BroadcastTask draft = put(list("l1").addUsers("alice")).getTask();
        stores.clock.advance(Duration.ofMinutes(61));
        stores.purge.run();
        assertStates(Map.of(draft, "EXPIRED"));
    }

    private static void finishAll(String room) {
        for (Slice slice : stores.lease("center-1", room)) {
            stores.report("center-1", finished(slice));
        }
    }

    private static void assertStates(Map<BroadcastTask, String> expected) {
        Map<Long, String> present = expected.keySet().stream()
                .collect(Collectors.toMap(
                        BroadcastTask::getTask,
                        task -> stores.get(task).getState().name()));
        Map<Long, String> wanted = new HashMap<>();
        expected.forEach((task, state) -> wanted.put(task.getTask(), "TASK_" + state));
        assertThat(present).isEqualTo(wanted);
    }

    private static PutUserListRequest.Builder list(String requestId) {
        return PutUserListRequest.newBuilder()
                .setApp(APP)
                .setRequestId(requestId)
                .setBodyHash(ByteString.copyFromUtf8("hash"))
                .setContent(ByteString.copyFromUtf8("content of " + requestId))
                .setExpiresMs(stores.clock.millis() + Duration.ofHours(5).toMillis());
    }

    private static AppendBroadcastReply put(PutUserListRequest.Builder list) {
        return join(stores.store.putUserList(list.build()));
    }

    private static void ownLimit(int membersPerSecond) throws SQLException {
        try (Connection connection = stores.dataSource().getConnection()) {
            Sql.update(
                    connection,
                    "INSERT INTO app (id, version, content) VALUES (?, 1, ?)",
                    Sql.bytes(APP),
                    App.newBuilder()
                            .setId(APP)
                            .setMaxBroadcastMembersPerSecond(membersPerSecond)
                            .build()
                            .toByteArray());
        }
    }
}
