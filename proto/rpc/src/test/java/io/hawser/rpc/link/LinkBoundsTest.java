package io.hawser.rpc.link;

import static io.hawser.rpc.link.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.wire.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Full queues, deadlines, and peers that do not answer or do not read. */
final class LinkBoundsTest {
    /** A handler that answers when it is told to. */
    private static final class Held {
        private final Queue<Runnable> replies = new ConcurrentLinkedQueue<>();

        CompletableFuture<AcknowledgeReply> handle(AcknowledgeRequest request, Caller by) {
            CompletableFuture<AcknowledgeReply> reply = new CompletableFuture<>();
            replies.add(() -> reply.complete(Echo.reply(request)));
            return reply;
        }

        int held() {
            return replies.size();
        }

        void release() {
            for (Runnable reply = replies.poll(); reply != null; reply = replies.poll()) {
                reply.run();
            }
        }
    }

    private final Held held = new Held();

    @Test
    void aCallWithoutAnswerFailsAtItsDeadlineAndALateReplyIsDropped() {
        try (Echo echo = new Echo(held::handle)) {
            CompletableFuture<AcknowledgeReply> call = echo.call("", 1, Duration.ofMillis(200));
            await().until(() -> held.held() == 1);
            assertFails(call, ErrorCode.DEADLINE_EXCEEDED).hasMessageContaining("echo-1");
            held.release();
            await().untilAsserted(() ->
                    assertThat(echo.count("hawser.link.late.replies")).isEqualTo(1));
            assertThat(echo.gauge("hawser.link.pending")).isZero();
        }
    }

    @Test
    void aRequestWhoseTimeIsOverIsNotHandled() {
        try (Echo echo = new Echo(held::handle)) {
            assertFails(echo.call("", 1, Duration.ofNanos(1)), ErrorCode.DEADLINE_EXCEEDED);
            await().untilAsserted(() -> assertThat(echo.serverMeters
                            .get("hawser.link.server.skipped")
                            .counter()
                            .count())
                    .isEqualTo(1));
            assertThat(held.held()).isZero();
        }
    }

    @Test
    void anAppThatFloodsIsRefusedBeyondItsShareAndAnotherIsNot() {
        try (Echo echo =
                new Echo(held::handle, new SettingsBuilder().maxPending(64).build(), LinkServerSettings.defaults())) {
            List<CompletableFuture<AcknowledgeReply>> flood = calls(echo, "flood", 40);
            List<CompletableFuture<AcknowledgeReply>> trickle = calls(echo, "trickle", 4);
            assertThat(flood.subList(32, 40)).allSatisfy(call -> assertFails(call, ErrorCode.RESOURCE_EXHAUSTED));
            assertThat(echo.count("hawser.link.overflows")).isEqualTo(8);
            await().until(() -> held.held() == 36);
            held.release();
            assertThat(flood.subList(0, 32))
                    .allSatisfy(call -> assertThat(call.join()).isNotNull());
            assertThat(trickle).allSatisfy(call -> assertThat(call.join()).isNotNull());
            await().until(() -> echo.gauge("hawser.link.pending") == 0);
        }
    }

    @Test
    void handlersThatDoNotFinishHaveTheServerReadNoMore() {
        try (Echo echo = new Echo(
                held::handle,
                new SettingsBuilder().maxBatchRequests(8).build(),
                SettingsBuilder.server(32, Duration.ofSeconds(5)))) {
            List<CompletableFuture<AcknowledgeReply>> calls = calls(echo, "shop", 1_000);
            await().until(() -> held.held() == 32);
            assertThat(echo.serverGauge("hawser.link.server.in.flight")).isEqualTo(32);
            await().until(() -> {
                held.release();
                return calls.stream().allMatch(CompletableFuture::isDone);
            });
            assertThat(calls).allSatisfy(call -> assertThat(call).isCompletedWithValueMatching(reply -> reply != null));
            await().until(() -> echo.serverGauge("hawser.link.server.in.flight") == 0);
        }
    }

    @Test
    void aPeerThatDoesNotReadCostsABoundedQueueAndGoesOnAfterwards() throws IOException {
        LinkSettings small = new SettingsBuilder().maxPending(2_000).build();
        try (Echo echo = new Echo(Echo::back, small, LinkServerSettings.defaults());
                Cable cable = new Cable(echo.server.port())) {
            echo.membership.set(FixedMembership.peer("echo-2", cable.port()));
            await().until(() ->
                    echo.call(0).handle((reply, failure) -> failure == null).join() && cable.connections() == 1);
            cable.stall();
            List<CompletableFuture<AcknowledgeReply>> calls = calls(echo, "shop", 3_000);
            await().until(() -> calls.stream().filter(CompletableFuture::isDone).count() == 2_000);
            assertThat(echo.gauge("hawser.link.pending")).isEqualTo(1_000);
            cable.flow();
            await().until(() -> echo.gauge("hawser.link.pending") == 0);
            assertThat(calls.stream().filter(call -> !call.isCompletedExceptionally()))
                    .hasSize(1_000);
            assertThat(echo.call(7).join().getAcknowledged()).isEqualTo(7);
        }
    }

    @Test
    void whatWaitsForAStalledPeerFailsAtItsDeadline() throws IOException {
        try (Echo echo = new Echo(Echo::back);
                Cable cable = new Cable(echo.server.port())) {
            cable.stall();
            echo.membership.set(FixedMembership.peer("echo-2", cable.port()));
            await().until(() -> cable.connections() == 1
                    || echo.call("", 0, Duration.ofMillis(10)).isCancelled());
            assertFails(echo.call("", 1, Duration.ofMillis(50)), ErrorCode.DEADLINE_EXCEEDED);
            await().until(() -> echo.gauge("hawser.link.pending") == 0);
        }
    }

    @Test
    void whatLayOnItsWayBeyondItsTimeIsNotHandled() throws IOException {
        try (Echo echo = new Echo(held::handle);
                Cable cable = new Cable(echo.server.port())) {
            echo.membership.set(FixedMembership.peer("echo-2", cable.port()));
            await().until(() -> {
                CompletableFuture<AcknowledgeReply> first = echo.call("", 0, Duration.ofMillis(500));
                await().until(() -> held.held() > 0 || first.isDone());
                held.release();
                return cable.connections() == 1;
            });
            cable.stall();
            List<CompletableFuture<AcknowledgeReply>> calls = IntStream.range(0, 100)
                    .mapToObj(i -> echo.call("", i, Duration.ofMillis(100)))
                    .toList();
            CompletableFuture<AcknowledgeReply> oneMore = echo.call("", 100, Duration.ofSeconds(1));
            assertThat(calls).allSatisfy(call -> assertFails(call, ErrorCode.DEADLINE_EXCEEDED));
            assertFails(oneMore, ErrorCode.DEADLINE_EXCEEDED);
            cable.flow();
            await().untilAsserted(() -> assertThat(echo.serverMeters
                            .get("hawser.link.server.skipped")
                            .counter()
                            .count())
                    .isGreaterThanOrEqualTo(100));
            assertThat(held.held()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void requestsAreBoundedByTheirBytesToo() {
        LinkSettings small = new SettingsBuilder().maxPendingBytes(4096).build();
        try (Echo echo = new Echo(held::handle, small, LinkServerSettings.defaults())) {
            AcknowledgeRequest bulky =
                    AcknowledgeRequest.newBuilder().setUser("u".repeat(1500)).build();
            List<CompletableFuture<AcknowledgeReply>> calls = new ArrayList<>();
            echo.inOneTurn(() -> IntStream.range(0, 3)
                    .forEach(i ->
                            calls.add(echo.client.call(Route.leastLoaded(), Echo.METHOD, bulky, "shop", Echo.AMPLE))));
            assertFails(calls.get(1), ErrorCode.RESOURCE_EXHAUSTED);
            await().until(() -> held.held() == 1);
            held.release();
            assertThat(calls.getFirst().join()).isNotNull();
        }
    }

    private static List<CompletableFuture<AcknowledgeReply>> calls(Echo echo, String app, int count) {
        List<CompletableFuture<AcknowledgeReply>> calls = new ArrayList<>();
        echo.inOneTurn(() -> IntStream.range(0, count).forEach(i -> calls.add(echo.call(app, i, Echo.AMPLE))));
        return calls;
    }
}
