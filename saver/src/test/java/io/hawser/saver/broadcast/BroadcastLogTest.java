package io.hawser.saver.broadcast;

import static io.hawser.saver.broadcast.StoreHarness.APP;
import static io.hawser.saver.broadcast.StoreHarness.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.AppNews;
import io.hawser.rpc.v1.AppendBroadcastReply;
import io.hawser.rpc.v1.AppendBroadcastRequest;
import io.hawser.rpc.v1.BroadcastEntry;
import io.hawser.rpc.v1.BroadcastProgress;
import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.EntryState;
import io.hawser.rpc.v1.FollowBroadcastsRequest;
import io.hawser.rpc.v1.FollowedApp;
import io.hawser.rpc.v1.GetBroadcastRequest;
import io.hawser.rpc.v1.ListBroadcastsRequest;
import io.hawser.rpc.v1.ReadBroadcastsReply;
import io.hawser.rpc.v1.ReadBroadcastsRequest;
import io.hawser.rpc.v1.ReportProgressRequest;
import io.hawser.rpc.v1.TaskState;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log: what is appended, followed, read, trimmed. */
final class BroadcastLogTest {
    private static final int MAX_ENTRIES = 200;
    private static StoreHarness stores;

    @BeforeAll
    static void start() {
        stores = new StoreHarness(StoreHarness.settings(MAX_ENTRIES));
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
    void anEntryIsFollowedAsItWasAppended() {
        AppendBroadcastRequest.Builder asked = stores.entry("r1")
                .addGroups("news")
                .addGroups("vip")
                .setUrgent(true)
                .setMembersPerSecond(500);
        BroadcastTask task = stores.append(asked);
        assertThat(task.getBseq()).isEqualTo(1);
        assertThat(task.getState()).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(stores.get(task)).isEqualTo(task);

        AppNews news = stores.follow(0, 0).getApps(0);
        assertThat(news.getWatermark()).isEqualTo(1);
        assertThat(news.getMore()).isFalse();
        assertThat(news.getEntriesList())
                .containsExactly(BroadcastEntry.newBuilder()
                        .setBseq(1)
                        .setTask(task.getTask())
                        .addGroups("news")
                        .addGroups("vip")
                        .setContent(asked.getContent())
                        .setAcceptedMs(task.getAcceptedMs())
                        .setExpiresMs(asked.getExpiresMs())
                        .setState(TaskState.TASK_RUNNING)
                        .setUrgent(true)
                        .setPaced(true)
                        .build());
        assertThat(stores.follow(1, news.getChange()).getAppsList()).isEmpty();
    }

    @Test
    void aRepeatGetsTheTaskOfTheFirstAlsoFromAnotherSaver() {
        BroadcastTask first = stores.append(stores.entry("r1"));
        AppendBroadcastReply again = join(stores.other.append(stores.entry("r1").build()));
        assertThat(again.getRepeated()).isTrue();
        assertThat(again.getTask()).isEqualTo(first);
        assertRefused(
                ErrorCode.IDEMPOTENCY_CONFLICT,
                "request_id: r1",
                () -> stores.append(stores.entry("r1").setBodyHash(ByteString.copyFromUtf8("other"))));
        assertThat(stores.follow(0, 0).getApps(0).getEntriesCount()).isEqualTo(1);
    }

    @Test
    void repeatsInOneBatchAreOneTask() {
        List<CompletableFuture<AppendBroadcastReply>> calls = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            calls.add(stores.store.append(stores.entry("same").build()));
            calls.add(stores.other.append(stores.entry("same").build()));
        }
        assertThat(calls.stream().map(call -> join(call).getTask().getBseq()).distinct())
                .containsExactly(1L);
        assertThat(calls.stream().filter(call -> !join(call).getRepeated())).hasSize(1);
    }

    @Test
    void aRequestIsForgottenAfterADay() {
        stores.append(stores.entry("r1"));
        stores.clock.advance(Duration.ofHours(25));
        stores.purge.run();
        assertThat(stores.reply(stores.entry("r1")).getRepeated()).isFalse();
    }

    @Test
    void anAppHasNoMoreThanSixtyFourUnfinishedTasks() {
        for (int i = 0; i < 64; i++) {
            stores.append(stores.entry("r" + i));
        }
        assertRefused(
                ErrorCode.RESOURCE_EXHAUSTED,
                "unfinished broadcasts: 64 of app demo (expected: less than 64",
                () -> stores.append(stores.entry("r64")));
        assertThat(stores.reply(stores.entry("r3")).getRepeated()).isTrue();
        assertThat(stores.follow(0, 0).getApps(0).getWatermark()).isEqualTo(64);
        stores.append(stores.entry("r64").setApp("another"));
    }

    @Test
    void whoFollowsFromNowIsToldOnlyWhereTheLogStands() {
        FollowedApp.Builder fromNow = FollowedApp.newBuilder().setApp(APP).setFromNow(true);
        assertThat(stores.follow(fromNow).getApps(0).getWatermark()).isZero();
        stores.append(stores.entry("r1"));
        AppNews now = stores.follow(fromNow).getApps(0);
        assertThat(now.getWatermark()).isEqualTo(1);
        assertThat(now.getEntriesList()).isEmpty();
    }

    @Test
    void whatDoesNotFitIsToldByMoreAndComesNext() {
        for (int i = 0; i < 10; i++) {
            stores.append(stores.entry("r" + i));
        }
        List<Long> seen = new ArrayList<>();
        long after = 0;
        AppNews news;
        do {
            news = join(stores.store.follow(FollowBroadcastsRequest.newBuilder()
                            .setMaxEntries(3)
                            .addApps(FollowedApp.newBuilder().setApp(APP).setAfterBseq(after))
                            .build()))
                    .getApps(0);
            news.getEntriesList().forEach(entry -> seen.add(entry.getBseq()));
            assertThat(news.getWatermark()).isEqualTo(seen.getLast());
            after = news.getWatermark();
        } while (news.getMore());
        assertThat(seen)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 10).boxed().toList());
    }

    @Test
    void aReplyHoldsNoMoreBytesThanAskedForButAlwaysOneEntry() {
        ByteString large = ByteString.copyFrom(new byte[1_000]);
        for (int i = 0; i < 5; i++) {
            stores.append(stores.entry("r" + i).setContent(large));
        }
        ReadBroadcastsRequest.Builder request =
                ReadBroadcastsRequest.newBuilder().setApp(APP);
        assertThat(join(stores.store.read(request.setMaxBytes(10).build())).getEntriesCount())
                .isEqualTo(1);
        ReadBroadcastsReply two =
                join(stores.store.read(request.setMaxBytes(2_500).build()));
        assertThat(two.getEntriesCount()).isEqualTo(2);
        assertThat(two.getCompleteTo()).isEqualTo(2);
        ReadBroadcastsReply all =
                join(stores.store.read(request.setMaxBytes(0).setTo(100).build()));
        assertThat(all.getEntriesCount()).isEqualTo(5);
        assertThat(all.getCompleteTo()).isEqualTo(5);
    }

    @Test
    void anOlderEntryWhoseStateChangedIsToldOnce() {
        BroadcastTask task = stores.append(stores.entry("r1"));
        long change = stores.follow(1, 0).getAppsList().isEmpty()
                ? 0
                : stores.follow(1, 0).getApps(0).getChange();
        stores.change(task, TaskState.TASK_PAUSED);
        AppNews news = stores.follow(1, change).getApps(0);
        assertThat(news.getStatesList())
                .containsExactly(EntryState.newBuilder()
                        .setBseq(1)
                        .setState(TaskState.TASK_PAUSED)
                        .build());
        assertThat(news.getEntriesList()).isEmpty();
        assertThat(stores.follow(1, news.getChange()).getAppsList()).isEmpty();
    }

    @Test
    void whoAsksAfterChangesThatAreForgottenIsToldAllStates() {
        BroadcastTask first = stores.append(stores.entry("r1"));
        stores.append(stores.entry("r2"));
        stores.change(first, TaskState.TASK_CANCELLED);
        stores.clock.advance(Duration.ofMinutes(11));
        stores.purge.run();
        AppNews news = stores.follow(2, 0).getApps(0);
        assertThat(news.getAllUsers()).isTrue();
        assertThat(news.getStatesList())
                .extracting(EntryState::getState)
                .containsExactly(TaskState.TASK_CANCELLED, TaskState.TASK_RUNNING);
        assertThat(stores.follow(2, news.getChange()).getAppsList()).isEmpty();
    }

    @Test
    void expiredEntriesAreTrimmedFromTheBeginningAndEmptiedBehindOneThatLives() {
        stores.append(stores.entry("short 1").setExpiresMs(stores.clock.millis() + 1_000));
        stores.append(stores.entry("long"));
        stores.append(stores.entry("short 2").setExpiresMs(stores.clock.millis() + 1_000));
        stores.clock.advance(Duration.ofSeconds(2));
        stores.purge.run();
        AppNews news = stores.follow(0, 0).getApps(0);
        assertThat(news.getTrimmedTo()).isEqualTo(1);
        assertThat(news.getEntriesList()).extracting(BroadcastEntry::getBseq).containsExactly(2L, 3L);
        assertThat(news.getEntries(1).getContent().isEmpty()).isTrue();
        assertThat(news.getEntries(1).getState()).isEqualTo(TaskState.TASK_EXPIRED);
        stores.clock.advance(Duration.ofHours(2));
        stores.purge.run();
        news = stores.follow(0, 0).getApps(0);
        assertThat(news.getTrimmedTo()).isEqualTo(3);
        assertThat(news.getWatermark()).isEqualTo(3);
        assertThat(news.getMore()).isFalse();
    }

    @Test
    void aFullLogLosesItsOldestEntriesAndTheirTasksExpireWithTheirProgressKept() {
        BroadcastTask oldest = stores.append(stores.entry("oldest"));
        stores.change(oldest, TaskState.TASK_PAUSED);
        progress("room-1", 1, 1, 10, 7, 3);
        for (int i = 0; i < MAX_ENTRIES; i++) {
            stores.change(stores.append(stores.entry("r" + i)), TaskState.TASK_CANCELLED);
        }
        AppNews news = stores.follow(0, 0).getApps(0);
        assertThat(news.getTrimmedTo()).isPositive();
        assertThat(news.getEntries(0).getBseq()).isEqualTo(news.getTrimmedTo() + 1);
        assertThat(news.getEntriesList().getLast().getBseq()).isEqualTo(MAX_ENTRIES + 1);
        BroadcastTask gone = stores.get(oldest);
        assertThat(gone.getState()).isEqualTo(TaskState.TASK_EXPIRED);
        assertThat(gone.getSent()).isEqualTo(7);
        assertThat(gone.getAcknowledged()).isEqualTo(3);
        progress("room-1", 1, 1, 10, 7, 4);
        assertThat(stores.get(oldest)).as("not counted twice").isEqualTo(gone);
    }

    @Test
    void progressIsSummedOverTheLivesOfRoomsAndMayBeRepeatedAndLate() {
        BroadcastTask task = stores.append(stores.entry("r1"));
        progress("room-1", 1, task.getBseq(), 10, 4, 1);
        progress("room-1", 1, task.getBseq(), 10, 10, 5);
        progress("room-1", 1, task.getBseq(), 10, 4, 1);
        progress("room-1", 2, task.getBseq(), 3, 3, 3);
        progress("room-2", 1, task.getBseq(), 100, 0, 0);
        BroadcastTask now = stores.get(task);
        assertThat(now.getTargeted()).isEqualTo(113);
        assertThat(now.getSent()).isEqualTo(13);
        assertThat(now.getAcknowledged()).isEqualTo(8);
    }

    @Test
    void tasksAreListedNewestFirstPageByPage() {
        List<BroadcastTask> tasks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            tasks.addFirst(stores.append(stores.entry("r" + i)));
        }
        stores.change(tasks.get(1), TaskState.TASK_CANCELLED);
        ListBroadcastsRequest.Builder request =
                ListBroadcastsRequest.newBuilder().setApp(APP).setMaxEntries(2);
        List<BroadcastTask> page = join(stores.store.list(request.build())).getTasksList();
        assertThat(page).extracting(BroadcastTask::getBseq).containsExactly(5L, 4L);
        request.setBeforeTask(page.getLast().getTask()).setMaxEntries(10);
        assertThat(join(stores.store.list(request.build())).getTasksList())
                .extracting(BroadcastTask::getBseq)
                .containsExactly(3L, 2L, 1L);
        request.setBeforeTask(0).setUnfinished(true);
        assertThat(join(stores.store.list(request.build())).getTasksList())
                .extracting(BroadcastTask::getBseq)
                .containsExactly(5L, 3L, 2L, 1L);
    }

    @Test
    void whatWasOverForAWeekIsForgotten() {
        BroadcastTask task = stores.append(stores.entry("r1"));
        stores.clock.advance(Duration.ofDays(7));
        stores.purge.run();
        assertThat(stores.get(task).getState()).isEqualTo(TaskState.TASK_EXPIRED);
        stores.clock.advance(Duration.ofHours(2));
        stores.purge.run();
        assertRefused(
                ErrorCode.NOT_FOUND,
                "task: " + task.getTask() + " (expected: a broadcast of app demo)",
                () -> stores.get(task));
    }

    @Test
    void whatCannotBeIsRefusedByName() {
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                "app: ",
                () -> stores.append(stores.entry("r").setApp("A b")));
        assertRefused(ErrorCode.INVALID_ARGUMENT, "request_id: 0 bytes", () -> stores.append(stores.entry("")));
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                "request_id: 201 bytes (expected: 1 to 200)",
                () -> stores.append(stores.entry("r".repeat(201))));
        AppendBroadcastRequest.Builder seventeen = stores.entry("r");
        for (int i = 0; i < 17; i++) {
            seventeen.addGroups("g" + i);
        }
        assertRefused(ErrorCode.INVALID_ARGUMENT, "groups: 17 (expected: 0 to 16)", () -> stores.append(seventeen));
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                "group: ",
                () -> stores.append(stores.entry("r").addGroups("a*")));
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                "expires_ms: 0 (expected: at least 1)",
                () -> stores.append(stores.entry("r").setExpiresMs(0)));
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                "apps: 0",
                () -> join(stores.store.follow(FollowBroadcastsRequest.getDefaultInstance())));
        assertRefused(
                ErrorCode.NOT_FOUND,
                "task: 7",
                () -> join(stores.store.get(
                        GetBroadcastRequest.newBuilder().setApp(APP).setTask(7).build())));
        assertThat(Set.copyOf(
                        stores.follow(FollowedApp.newBuilder().setApp(APP)).getAppsList()))
                .isEmpty();
    }

    private static void progress(
            String room, long incarnation, long bseq, long targeted, long sent, long acknowledged) {
        join(stores.store.reportProgress(ReportProgressRequest.newBuilder()
                .setRoom(room)
                .setRoomIncarnation(incarnation)
                .addItems(BroadcastProgress.newBuilder()
                        .setApp(APP)
                        .setBseq(bseq)
                        .setTargeted(targeted)
                        .setSent(sent)
                        .setAcknowledged(acknowledged))
                .build()));
    }

    static void assertRefused(ErrorCode code, String message, ThrowingCallable work) {
        assertThatThrownBy(work)
                .isInstanceOfSatisfying(
                        HawserException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }
}
