package io.hawser.rpc.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.AcknowledgeReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How calls share batches, and in which order they travel. */
final class LinkBatchingTest {
    @Test
    void callsMadeInOneTurnOfTheLoopShareABatch() {
        try (Echo echo = new Echo(Echo::back)) {
            echo.call(0).join();
            awaitAll(makeInOneTurn(echo, 100));
            assertThat(batches(echo)).isEqualTo(2);
            assertThat(echo.meters.get("hawser.link.batch.requests").summary().max())
                    .isEqualTo(100);
        }
    }

    @Test
    void repliesThatAreReadyAtOnceShareABatch() {
        try (Echo echo = new Echo(Echo::back)) {
            echo.call(0).join();
            awaitAll(makeInOneTurn(echo, 100));
            assertThat(echo.serverMeters
                            .get("hawser.link.server.batch.replies")
                            .summary()
                            .max())
                    .isEqualTo(100);
        }
    }

    @Test
    void callsMadeBeforeTheConnectionStandsShareABatch() {
        try (Echo echo = new Echo(Echo::back)) {
            awaitAll(makeInOneTurn(echo, 50));
            assertThat(batches(echo)).isEqualTo(1);
        }
    }

    @Test
    void aBatchIsBounded() {
        LinkSettings atMostTen = new SettingsBuilder().maxBatchRequests(10).build();
        try (Echo echo = new Echo(Echo::back, atMostTen, LinkServerSettings.defaults())) {
            awaitAll(makeInOneTurn(echo, 95));
            assertThat(batches(echo)).isEqualTo(10);
        }
    }

    @Test
    void callsOfOneSlotArriveInTheOrderTheyWereMade() {
        Queue<Long> arrived = new ConcurrentLinkedQueue<>();
        LinkSettings severalStreams =
                new SettingsBuilder().streamsPerPeer(3).maxBatchRequests(7).build();
        try (Echo echo = new Echo(
                (request, by) -> {
                    arrived.add(request.getSeq());
                    return Echo.back(request, by);
                },
                severalStreams,
                LinkServerSettings.defaults())) {
            List<CompletableFuture<?>> calls = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                int slot = i % 11;
                calls.add(echo.client.call(
                        Route.slot(slot), Echo.METHOD, Echo.request(slot * 1_000_000L + i), "shop", Echo.AMPLE));
            }
            awaitAll(calls);
            for (long slot = 0; slot < 11; slot++) {
                long wanted = slot;
                assertThat(arrived.stream().filter(seq -> seq / 1_000_000 == wanted))
                        .isSorted()
                        .hasSizeGreaterThan(450);
            }
        }
    }

    @Test
    void anAppThatTricklesIsNotBehindOneThatFloods() {
        List<String> arrived = new ArrayList<>();
        LinkSettings atMostTen = new SettingsBuilder().maxBatchRequests(10).build();
        try (Echo echo = new Echo(
                (request, by) -> {
                    arrived.add(by.app());
                    return Echo.back(request, by);
                },
                atMostTen,
                LinkServerSettings.defaults())) {
            List<CompletableFuture<?>> calls = new ArrayList<>();
            echo.inOneTurn(() -> {
                IntStream.range(0, 2_000).forEach(i -> calls.add(echo.call("flood", i, Echo.AMPLE)));
                IntStream.range(0, 5).forEach(i -> calls.add(echo.call("trickle", i, Echo.AMPLE)));
            });
            awaitAll(calls);
            assertThat(arrived.subList(0, 10)).filteredOn("trickle"::equals).hasSize(5);
        }
    }

    @Test
    void everySlotHasARoute() {
        try (Echo echo = new Echo(Echo::back)) {
            List<CompletableFuture<?>> calls = new ArrayList<>();
            for (int slot = 0; slot < Slot.COUNT; slot++) {
                calls.add(echo.client.call(Route.slot(slot), Echo.METHOD, Echo.request(slot), "", Echo.AMPLE));
            }
            awaitAll(calls);
        }
    }

    private static List<CompletableFuture<AcknowledgeReply>> makeInOneTurn(Echo echo, int count) {
        List<CompletableFuture<AcknowledgeReply>> calls = new ArrayList<>();
        echo.inOneTurn(() -> IntStream.range(0, count).forEach(i -> calls.add(echo.call(i))));
        return calls;
    }

    private static void awaitAll(List<? extends CompletableFuture<?>> calls) {
        CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).join();
    }

    private static long batches(Echo echo) {
        return echo.meters.get("hawser.link.batch.requests").summary().count();
    }
}
