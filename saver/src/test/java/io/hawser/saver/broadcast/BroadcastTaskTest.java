package io.hawser.saver.broadcast;

import static io.hawser.saver.broadcast.BroadcastLogTest.assertRefused;
import static io.hawser.saver.broadcast.StoreHarness.APP;
import static io.hawser.saver.broadcast.StoreHarness.finished;
import static io.hawser.saver.broadcast.StoreHarness.leasing;
import static io.hawser.saver.broadcast.StoreHarness.reportOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.Slice;
import io.hawser.rpc.v1.TaskState;
import io.hawser.saver.batch.Sql;
import io.hawser.wire.ErrorCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
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
        settle("room-1", "room-2");
        assertThat(stores.get(task).getState()).isEqualTo(TaskState.TASK_DONE);
    }

    /** Each new life finishes at once, before the clients of the old one are back. */
    @Test
    void whileRoomsAreRestartedOneAfterAnotherAPacedTaskIsNotDone() {
        BroadcastTask task = stores.append(stores.entry("r1").setMembersPerSecond(100));
        stores.report("center-1", finished(roomOf(stores.lease("center-1", "new-1", "old-2"), "new-1")));
        stores.clock.advance(Duration.ofSeconds(60));
        stores.lease("center-1", "new-1");
        assertThat(stores.get(task).getState()).as("old-2 is gone").isEqualTo(TaskState.TASK_RUNNING);
        stores.report("center-1", finished(roomOf(stores.lease("center-1", "new-1", "new-2"), "new-2")));
        stores.clock.advance(Duration.ofSeconds(9));
        Slice back = roomOf(stores.lease("center-1", "new-1", "new-2"), "new-2");
        stores.report("center-1", reportOf(back).setTargeted(50).setRemaining(50));
        stores.clock.advance(Duration.ofSeconds(2));
        stores.lease("center-1", "new-1", "new-2");
        assertThat(stores.get(task).getState()).as("its clients are back").isEqualTo(TaskState.TASK_RUNNING);
        stores.report("center-1", finished(back));
        stores.report("center-1", finished(back).setTargeted(51));
        assertThat(stores.get(task).getState()).isEqualTo(TaskState.TASK_RUNNING);
        settle("new-1", "new-2");
        assertThat(stores.get(task).getState()).isEqualTo(TaskState.TASK_DONE);
    }

    @Test
    void roomsThatJoinGetSlicesAndThoseThatLeaveAreNotWaitedFor() {
        BroadcastTask task = stores.append(stores.entry("r1"));
        Slice one = roomOf(stores.lease("center-1", "room-1", "room-2"), "room-1");
        assertThat(stores.lease("center-1", "room-1", "room-3"))
                .extracting(Slice::getRoom)
                .containsExactlyInAnyOrder("room-1", "room-3");
        stores.report("center-1", finished(one));
        stores.lease(leasing("center-1"));
        assertThat(stores.get(task).getSlices())
                .as("a view not believed drops none")
                .isEqualTo(2);
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
    void slicesOfAHeldTaskAreGivenUpAndTakenAgainWhenItGoesOn() {
        BroadcastTask task = stores.append(stores.entry("r1").setMembersPerSecond(1));
        Slice held = stores.lease("center-1", "room-1").getFirst();
        stores.change(task, TaskState.TASK_PAUSED);
        assertThat(stores.lease("center-1", "room-1")).isEmpty();
        assertThat(stores.report("center-1", finished(held)).getLostList()).containsExactly(held.getSlice());
        stores.change(task, TaskState.TASK_RUNNING);
        assertThat(stores.lease("center-1", "room-1")).hasSize(1);
    }

    @Test
    void aRoomThatFinishedWhatHasNoPaceIsLeasedNoMore() {
        stores.append(stores.entry("r1"));
        Slice one = roomOf(stores.lease("center-1", "room-1", "room-2"), "room-1");
        stores.report("center-1", finished(one));
        assertThat(stores.lease("center-1", "room-1", "room-2"))
                .extracting(Slice::getRoom)
                .containsExactly("room-2");
    }

    /** They hold all that two centers may hold, and go on for weeks. */
    @Test
    void slowBroadcastsOfSomeAppsLeaveOtherAppsTheirTurn() {
        for (String app : List.of("slow-1", "slow-2")) {
            for (int i = 0; i < 8; i++) {
                stores.append(
                        stores.entry("r" + i).setApp(app).setMembersPerSecond(1).setUrgent(true));
            }
        }
        assertThat(leaseOfBoth()).hasSize(16);
        BroadcastTask paced = stores.append(stores.entry("paced").setMembersPerSecond(100));
        BroadcastTask plain = stores.append(stores.entry("plain"));
        leaseOfBoth();
        List<Slice> held = leaseOfBoth();
        assertThat(held).hasSize(16);
        assertThat(held)
                .extracting(Slice::getTask)
                .filteredOn(task -> task == paced.getTask() || task == plain.getTask())
                .hasSize(4);
        assertThat(leaseOfBoth()).as("and nothing changes hands any more").isEqualTo(held);
    }

    @Test
    void ofAnAppThatHasMoreThanItsShareEachRoomGetsItsTurn() {
        stores.append(stores.entry("r1").setMembersPerSecond(100));
        String[] rooms = {"room-1", "room-2", "room-3", "room-4"};
        List<Slice> first = stores.lease(leasing("center-1", rooms).setMaxSlices(2));
        first.forEach(slice -> stores.report("center-1", finished(slice)));
        assertThat(stores.lease(leasing("center-1", rooms).setMaxSlices(2)))
                .extracting(Slice::getRoom)
                .hasSize(2)
                .doesNotContainAnyElementsOf(first.stream().map(Slice::getRoom).toList());
    }

    private static List<Slice> leaseOfBoth() {
        List<Slice> held = new ArrayList<>();
        for (String center : List.of("center-1", "center-2")) {
            held.addAll(stores.lease(leasing(center, "room-1", "room-2").setMaxSlices(8)));
        }
        return held;
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

    private static Slice roomOf(List<Slice> slices, String room) {
        return slices.stream()
                .filter(slice -> slice.getRoom().equals(room))
                .findFirst()
                .orElseThrow();
    }

    private static void settle(String... rooms) {
        stores.clock.advance(BroadcastSettings.defaults().settle());
        stores.lease("center-1", rooms);
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
