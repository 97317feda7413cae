package io.hawser.saver.broadcast;

import static io.hawser.saver.broadcast.StoreHarness.APP;
import static io.hawser.saver.broadcast.StoreHarness.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.AppNews;
import io.hawser.rpc.v1.BroadcastEntry;
import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.ChangeBroadcastRequest;
import io.hawser.rpc.v1.ChangeMembersRequest;
import io.hawser.rpc.v1.EntryState;
import io.hawser.rpc.v1.FollowBroadcastsRequest;
import io.hawser.rpc.v1.FollowedApp;
import io.hawser.rpc.v1.ListBroadcastsRequest;
import io.hawser.rpc.v1.ListUserGroupsRequest;
import io.hawser.rpc.v1.Member;
import io.hawser.rpc.v1.ReportSlicesRequest;
import io.hawser.rpc.v1.TaskState;
import io.hawser.rpc.v1.UserGroup;
import io.hawser.saver.endpoint.EndpointSettings;
import io.hawser.saver.endpoint.EndpointStore;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two savers append, change, lease, trim and change members at random; a room follows, by either. It never sees a hole,
 * and ends with what the tables say. {@code -Dhawser.seed=N} repeats one run.
 */
final class FollowPropertyTest {
    private static final int MAX_ENTRIES = 100;
    private static final int STEPS = 200;
    private static final int USERS = 8;
    private static StoreHarness stores;
    private static EndpointStore endpoints;

    @BeforeAll
    static void start() {
        stores = new StoreHarness(StoreHarness.settings(MAX_ENTRIES));
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
    void whoFollowsEndsWithThePictureOfTheTablesAndSeesNoHole() {
        long seed = Long.getLong("hawser.seed", System.nanoTime());
        CompletableFuture<Void> writers = CompletableFuture.allOf(
                CompletableFuture.runAsync(new Writer(stores.store, seed)),
                CompletableFuture.runAsync(new Writer(stores.other, seed + 1)));
        Follower follower = new Follower(new Random(seed + 2));
        boolean last;
        do {
            last = writers.isDone();
            follower.poll();
        } while (!last);
        writers.join();
        while (follower.poll()) {
            assertThat(follower.watermark).as("seed " + seed).isNotNegative();
        }
        assertThat(follower.states).as("seed " + seed).isEqualTo(states(follower.trimmedTo));
        assertThat(follower.members).as("seed " + seed).isEqualTo(members());
    }

    private static Map<Long, TaskState> states(long trimmedTo) {
        Map<Long, TaskState> states = new TreeMap<>();
        join(stores.store.list(ListBroadcastsRequest.newBuilder()
                        .setApp(APP)
                        .setMaxEntries(1_000)
                        .build()))
                .getTasksList()
                .stream()
                .filter(task -> task.getBseq() > trimmedTo)
                .forEach(task -> states.put(task.getBseq(), task.getState()));
        return states;
    }

    private static Map<String, List<UserGroup>> members() {
        Map<String, List<UserGroup>> members = new TreeMap<>();
        for (int user = 0; user < USERS; user++) {
            members.put("user-" + user, groups("user-" + user));
        }
        return members;
    }

    private static List<UserGroup> groups(String user) {
        return join(endpoints.listUserGroups(ListUserGroupsRequest.newBuilder()
                        .setApp(APP)
                        .setUser(user)
                        .build()))
                .getGroupsList();
    }

    /** What a room would hold. */
    private static final class Follower {
        private final Random random;
        private final Map<Long, TaskState> states = new TreeMap<>();
        private final Map<String, List<UserGroup>> members = members();
        private long watermark;
        private long change;
        private long trimmedTo;

        Follower(Random random) {
            this.random = random;
        }

        /** Whether there was news. */
        boolean poll() {
            BroadcastStore store = random.nextBoolean() ? stores.store : stores.other;
            List<AppNews> all = join(store.follow(FollowBroadcastsRequest.newBuilder()
                            .setMaxEntries(random.nextInt(1, 30))
                            .addApps(FollowedApp.newBuilder()
                                    .setApp(APP)
                                    .setAfterBseq(watermark)
                                    .setAfterChange(change))
                            .build()))
                    .getAppsList();
            all.forEach(this::take);
            return !all.isEmpty();
        }

        private void take(AppNews news) {
            long next = Math.max(watermark, news.getTrimmedTo()) + 1;
            for (BroadcastEntry entry : news.getEntriesList()) {
                assertThat(entry.getBseq()).isEqualTo(next++);
                states.put(entry.getBseq(), entry.getState());
            }
            for (EntryState state : news.getStatesList()) {
                assertThat(state.getBseq()).isLessThanOrEqualTo(watermark);
                states.put(state.getBseq(), state.getState());
            }
            assertThat(news.getWatermark()).isGreaterThanOrEqualTo(watermark);
            assertThat(news.getChange()).isGreaterThanOrEqualTo(change);
            watermark = news.getWatermark();
            change = news.getChange();
            trimmedTo = news.getTrimmedTo();
            states.keySet().removeIf(bseq -> bseq <= trimmedTo);
            List<String> asked = news.getAllUsers() ? new ArrayList<>(members.keySet()) : news.getUsersList();
            asked.forEach(user -> members.put(user, groups(user)));
        }
    }

    /** Does what centers and back ends do. */
    private static final class Writer implements Runnable {
        private final BroadcastStore store;
        private final Random random;
        private final long name;
        private final List<BroadcastTask> tasks = new CopyOnWriteArrayList<>();

        Writer(BroadcastStore store, long seed) {
            this.store = store;
            this.random = new Random(seed);
            this.name = seed;
        }

        @Override
        public void run() {
            for (int i = 0; i < STEPS; i++) {
                step(i);
            }
        }

        private void step(int i) {
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> append(i);
                case 4, 5 -> change();
                case 6 -> members();
                case 7, 8 -> finishSome();
                default -> passTime();
            }
        }

        private void append(int i) {
            long lifeMs = random.nextInt(4) == 0 ? 30_000 : 3_600_000;
            allowing(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    () -> tasks.add(join(store.append(stores.entry(name + "-" + i)
                                    .setExpiresMs(stores.clock.millis() + lifeMs)
                                    .setSerial(random.nextBoolean())
                                    .setUrgent(random.nextInt(5) == 0)
                                    .build()))
                            .getTask()));
        }

        private void change() {
            if (!tasks.isEmpty()) {
                BroadcastTask task = tasks.get(random.nextInt(tasks.size()));
                TaskState[] states = {TaskState.TASK_PAUSED, TaskState.TASK_RUNNING, TaskState.TASK_CANCELLED};
                allowing(
                        ErrorCode.FAILED_PRECONDITION,
                        () -> join(store.change(ChangeBroadcastRequest.newBuilder()
                                .setApp(APP)
                                .setTask(task.getTask())
                                .setState(states[random.nextInt(states.length)])
                                .build())));
            }
        }

        private void members() {
            Member member =
                    Member.newBuilder().setUser("user-" + random.nextInt(USERS)).build();
            ChangeMembersRequest.Builder request =
                    ChangeMembersRequest.newBuilder().setApp(APP).setGroup("group-" + random.nextInt(5));
            join(endpoints.changeMembers(
                    (random.nextBoolean() ? request.addAdd(member) : request.addRemove(member)).build()));
        }

        private void finishSome() {
            ReportSlicesRequest.Builder report =
                    ReportSlicesRequest.newBuilder().setCenter("center-" + name).setCenterIncarnation(1);
            join(store.leaseSlices(StoreHarness.leasing("center-" + name, "room-1", "room-" + random.nextInt(2, 4))
                            .build()))
                    .getSlicesList()
                    .stream()
                    .filter(slice -> random.nextBoolean())
                    .forEach(slice -> report.addSlices(StoreHarness.finished(slice)));
            join(store.reportSlices(report.build()));
        }

        private void passTime() {
            stores.clock.advance(Duration.ofSeconds(random.nextInt(60)));
            stores.purge.run();
        }

        private static void allowing(ErrorCode code, Runnable work) {
            try {
                work.run();
            } catch (HawserException e) {
                assertThat(e.code()).isEqualTo(code);
            }
        }
    }
}
