package io.hawser.saver.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.keeper.config.ByteSize;
import io.hawser.rpc.v1.BroadcastEntry;
import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.ReadBroadcastsRequest;
import io.hawser.rpc.v1.TaskState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is read of logs again and again is read once, and is what the tables say. */
final class EntryPagesTest {
    /** Two pages, and a third that is not full. */
    private static final int ENTRIES = 150;

    private static final StoreHarness HARNESS = new StoreHarness(Integer.MAX_VALUE);

    private double hit;
    private double outdated;
    private double missed;

    @AfterAll
    static void close() {
        HARNESS.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        HARNESS.empty();
        hit = count("memory");
        outdated = count("states");
        missed = count("database");
    }

    @Test
    void whatManyRoomsReadIsReadOnce() {
        appendAll();

        for (int room = 0; room < 10; room++) {
            assertThat(read(0)).hasSize(ENTRIES);
        }

        assertThat(count("database") - missed).isEqualTo(3);
        assertThat(count("memory") - hit).isEqualTo(27);
    }

    @Test
    void aRoomGetsWhatIsAboveWhereItIs() {
        appendAll();

        assertThat(read(100))
                .extracting(BroadcastEntry::getBseq)
                .startsWith(101L)
                .hasSize(ENTRIES - 100);
        assertThat(read(ENTRIES)).isEmpty();
        assertThat(read(128))
                .extracting(BroadcastEntry::getBseq)
                .startsWith(129L)
                .hasSize(ENTRIES - 128);
    }

    @Test
    void whatAnotherSaverChangesIsSeen() {
        List<BroadcastTask> tasks = appendAll();
        read(0);

        BroadcastTask cancelled = tasks.get(70);
        StoreHarness.change(HARNESS.other, cancelled, TaskState.TASK_CANCELLED);

        assertThat(read(0))
                .filteredOn(entry -> entry.getState() == TaskState.TASK_CANCELLED)
                .extracting(BroadcastEntry::getBseq)
                .containsExactly(cancelled.getBseq());
        assertThat(count("database") - missed).as("pages read from the tables").isEqualTo(3);
        assertThat(count("states") - outdated).as("pages whose states are").isEqualTo(3);
        assertThat(count("memory")).as("pages of which nothing is").isEqualTo(hit);
    }

    @Test
    void whatIsNewIsAddedToItsPage() {
        appendAll();
        read(0);

        HARNESS.append(HARNESS.entry("newer"));

        assertThat(read(0)).hasSize(ENTRIES + 1);
        assertThat(read(ENTRIES))
                .singleElement()
                .satisfies(
                        entry -> assertThat(entry.getContent().toStringUtf8()).isEqualTo("content of newer"));
        assertThat(count("database") - missed).isEqualTo(4);
    }

    @Test
    void whatIsTrimmedIsGone() {
        appendAll();
        read(0);
        HARNESS.clock.advance(Duration.ofHours(2));
        HARNESS.append(HARNESS.entry("lives on"));

        HARNESS.purge.run();

        assertThat(read(0)).extracting(BroadcastEntry::getBseq).containsExactly(ENTRIES + 1L);
    }

    @Test
    void aSaverThatKeepsNothingReadsTheTablesEachTime() {
        appendAll();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (BroadcastStore store = new BroadcastStore(
                StoreHarness.keeping(new ByteSize(0)), HARNESS.dataSource(), HARNESS.clock, meters)) {
            assertThat(store.read(all(0)).join().getEntriesList()).hasSize(ENTRIES);
            assertThat(store.read(all(0)).join().getEntriesList()).hasSize(ENTRIES);
        }
        assertThat(meters.counter("hawser.saver.broadcasts.pages", "found", "database")
                        .count())
                .isEqualTo(6);
    }

    private static List<BroadcastTask> appendAll() {
        List<BroadcastTask> tasks = new ArrayList<>();
        for (int i = 1; i <= ENTRIES; i++) {
            tasks.add(HARNESS.append(HARNESS.entry("entry " + i)));
        }
        return tasks;
    }

    private static List<BroadcastEntry> read(long after) {
        return StoreHarness.join(HARNESS.store.read(all(after))).getEntriesList();
    }

    private static ReadBroadcastsRequest all(long after) {
        return ReadBroadcastsRequest.newBuilder()
                .setApp(StoreHarness.APP)
                .setAfter(after)
                .build();
    }

    private static double count(String found) {
        return HARNESS.meters
                .counter("hawser.saver.broadcasts.pages", "found", found)
                .count();
    }
}
