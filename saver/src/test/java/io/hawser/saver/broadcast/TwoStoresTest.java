package io.hawser.saver.broadcast;

import static io.hawser.saver.broadcast.StoreHarness.APP;
import static io.hawser.saver.broadcast.StoreHarness.finished;
import static io.hawser.saver.broadcast.StoreHarness.join;
import static io.hawser.saver.broadcast.StoreHarness.leasing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.AppNews;
import io.hawser.rpc.v1.AppendBroadcastReply;
import io.hawser.rpc.v1.BroadcastEntry;
import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.FollowBroadcastsReply;
import io.hawser.rpc.v1.FollowBroadcastsRequest;
import io.hawser.rpc.v1.FollowedApp;
import io.hawser.rpc.v1.LeaseSlicesReply;
import io.hawser.rpc.v1.ReportSlicesRequest;
import io.hawser.rpc.v1.Slice;
import io.hawser.rpc.v1.TaskState;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two savers at once on one database. */
final class TwoStoresTest {
    private static final int EACH = 150;
    private static StoreHarness stores;

    @BeforeAll
    static void start() {
        stores = new StoreHarness(10_000);
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
    void whatBothAppendToOneAppIsNumberedWithoutAHoleAndNeverFollowedWithOne() {
        CompletableFuture<List<Long>> ones = appendAll(stores.store, "one");
        CompletableFuture<List<Long>> others = appendAll(stores.other, "other");
        CompletableFuture<Void> all = CompletableFuture.allOf(ones, others);
        List<Long> seen = new ArrayList<>();
        boolean last;
        do {
            last = all.isDone();
            follow(seen.size() % 2 == 0 ? stores.store : stores.other, seen);
        } while (!last || seen.size() < 2 * EACH);
        List<Long> whole = LongStream.rangeClosed(1, 2 * EACH).boxed().toList();
        assertThat(seen).isEqualTo(whole);
        assertThat(Stream.concat(ones.join().stream(), others.join().stream()).sorted())
                .isEqualTo(whole);
    }

    @Test
    void whoLeasesAtOnceHoldsNoSliceOfAnother() {
        String[] rooms = {"room-1", "room-2", "room-3"};
        for (int i = 0; i < 20; i++) {
            stores.append(stores.entry("r" + i));
        }
        List<CompletableFuture<LeaseSlicesReply>> leases = new ArrayList<>();
        for (int center = 0; center < 6; center++) {
            BroadcastStore store = center % 2 == 0 ? stores.store : stores.other;
            leases.add(store.leaseSlices(leasing("center-" + center, rooms).build()));
        }
        List<Long> held = leases.stream()
                .flatMap(lease -> join(lease).getSlicesList().stream())
                .map(Slice::getSlice)
                .toList();
        assertThat(held).doesNotHaveDuplicates().hasSizeBetween(20, 60);
    }

    @Test
    void slicesOfACenterThatDiedAreFinishedByTheOtherAndEachTaskIsDoneOnce() {
        List<BroadcastTask> tasks = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            tasks.add(stores.append(stores.entry("r" + i).setSerial(true)));
        }
        stores.lease("dead", "room-1", "room-2");
        stores.clock.advance(Duration.ofSeconds(11));
        await().untilAsserted(() -> {
            CompletableFuture<Void> one = finishHeld(stores.store, "center-1");
            CompletableFuture<Void> other = finishHeld(stores.other, "center-2");
            CompletableFuture.allOf(one, other).join();
            assertThat(tasks)
                    .allSatisfy(task -> assertThat(stores.get(task).getState()).isEqualTo(TaskState.TASK_DONE));
        });
        assertThat(tasks)
                .allSatisfy(
                        task -> assertThat(stores.get(task).getSlicesFinished()).isEqualTo(2));
    }

    private static CompletableFuture<Void> finishHeld(BroadcastStore store, String center) {
        return store.leaseSlices(leasing(center, "room-1", "room-2").build()).thenCompose(lease -> {
            ReportSlicesRequest.Builder report =
                    ReportSlicesRequest.newBuilder().setCenter(center).setCenterIncarnation(1);
            lease.getSlicesList().forEach(slice -> report.addSlices(finished(slice)));
            return store.reportSlices(report.build()).thenApply(reported -> null);
        });
    }

    private static CompletableFuture<List<Long>> appendAll(BroadcastStore store, String name) {
        return CompletableFuture.supplyAsync(() -> {
            List<CompletableFuture<AppendBroadcastReply>> calls = new ArrayList<>();
            for (int i = 0; i < EACH; i++) {
                calls.add(store.append(stores.entry(name + i).build()));
                if (i % 7 == 0) {
                    join(calls.getLast());
                }
            }
            return calls.stream().map(call -> join(call).getTask().getBseq()).toList();
        });
    }

    private static void follow(BroadcastStore store, List<Long> seen) {
        FollowBroadcastsReply reply = join(store.follow(FollowBroadcastsRequest.newBuilder()
                .addApps(FollowedApp.newBuilder().setApp(APP).setAfterBseq(seen.size()))
                .build()));
        for (AppNews news : reply.getAppsList()) {
            news.getEntriesList().stream().map(BroadcastEntry::getBseq).forEach(seen::add);
            assertThat(news.getWatermark()).isEqualTo(seen.isEmpty() ? 0L : seen.getLast());
        }
    }
}
