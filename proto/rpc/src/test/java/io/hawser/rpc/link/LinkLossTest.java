package io.hawser.rpc.link;

import static io.hawser.rpc.link.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.wire.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Connections that are lost, peers that come and go, and the end. */
final class LinkLossTest {
    private final Queue<CompletableFuture<AcknowledgeReply>> held = new ConcurrentLinkedQueue<>();
    private final LinkServer.Handler<io.hawser.rpc.v1.AcknowledgeRequest, AcknowledgeReply> hold = (request, by) -> {
        CompletableFuture<AcknowledgeReply> reply = new CompletableFuture<>();
        held.add(reply);
        return reply;
    };
    private final LinkSettings settings = new SettingsBuilder().build();
    private final LinkServerSettings endsAtOnce = SettingsBuilder.server(64, Duration.ZERO);

    @Test
    void aLostConnectionFailsWhatIsInFlightAndIsMadeAgain() throws IOException {
        try (Echo echo = new Echo(hold, settings, endsAtOnce);
                Cable cable = new Cable(echo.server.port())) {
            echo.membership.set(FixedMembership.peer("echo-1", cable.port()));
            List<CompletableFuture<AcknowledgeReply>> calls = callUntil(echo, () -> cable.connections() == 1);
            await().until(() -> !held.isEmpty());
            cable.cut();
            assertFails(calls.getLast(), ErrorCode.UNAVAILABLE).hasMessageContaining("outcome unknown");
            assertThat(echo.count("hawser.link.reconnects")).isGreaterThanOrEqualTo(1);
            await().until(() -> cable.connections() == 2);
        }
    }

    /** Takes 10 s: gRPC pings no sooner. */
    @Test
    void aPeerThatHearsNothingMoreIsFoundByAPing() throws IOException {
        LinkSettings impatient =
                new SettingsBuilder().keepAliveTimeout(Duration.ofMillis(100)).build();
        try (Echo echo = new Echo(hold, impatient, endsAtOnce);
                Cable cable = new Cable(echo.server.port())) {
            echo.membership.set(FixedMembership.peer("echo-1", cable.port()));
            List<CompletableFuture<AcknowledgeReply>> calls = callUntil(echo, () -> cable.connections() == 1);
            await().until(() -> !held.isEmpty());
            cable.stall();
            assertFails(calls.getLast(), ErrorCode.UNAVAILABLE).hasMessageContaining("Keepalive failed");
        }
    }

    @Test
    void whoKnowsOfAPeerBeforeTheLinkDoesReachesIt() {
        try (Echo echo = new Echo(Echo::back, settings, endsAtOnce)) {
            echo.membership.setUntold(FixedMembership.peer("echo-2", echo.server.port()));

            AcknowledgeReply reply = echo.client
                    .call(Route.peer("echo-2"), Echo.METHOD, Echo.request(7), "", Echo.AMPLE)
                    .join();

            assertThat(reply.getAcknowledged()).isEqualTo(7);
            assertFails(
                            echo.client.call(Route.peer("echo-1"), Echo.METHOD, Echo.request(8), "", Echo.AMPLE),
                            ErrorCode.UNAVAILABLE)
                    .hasMessageContaining("no such instance");
        }
    }

    @Test
    void aPeerThatIsGoneRefusesAtOnceAndServesWhenItIsBack() {
        try (Echo echo = new Echo(Echo::back, settings, endsAtOnce)) {
            echo.call(1).join();
            echo.server.close();
            await().untilAsserted(() -> assertFails(echo.call(2), ErrorCode.UNAVAILABLE));
            try (LinkServer again = echo.serve(Echo::back, endsAtOnce, echo.server.port())) {
                await().until(() ->
                        echo.call(3).handle((reply, failure) -> failure == null).join());
                assertThat(again.port()).isEqualTo(echo.server.port());
            }
        }
    }

    @Test
    void anAddressWhereNobodyListensFailsTheCall() {
        try (Echo echo = new Echo(Echo::back, settings, endsAtOnce)) {
            echo.server.close();
            assertFails(echo.call(1), ErrorCode.UNAVAILABLE).hasMessageContaining("echo-1");
        }
    }

    @Test
    void aNameThatDoesNotResolveFailsTheCall() {
        try (Echo echo = new Echo(Echo::back, settings, endsAtOnce)) {
            echo.membership.set(new Peer("echo", "lost", "no-such-host.invalid", 1, 1, ""));
            await().untilAsserted(() ->
                    assertFails(toPeer(echo, "lost"), ErrorCode.UNAVAILABLE).hasMessageContaining("lost#1"));
        }
    }

    @Test
    void aServiceWithoutInstancesIsUnavailable() {
        try (Echo echo = new Echo(Echo::back)) {
            echo.membership.set();
            await().untilAsserted(() -> {
                assertFails(echo.call(1), ErrorCode.UNAVAILABLE).hasMessageStartingWith("echo: no such instance");
                assertFails(
                        echo.client.call(Route.slot(5), Echo.METHOD, Echo.request(1), "", Echo.AMPLE),
                        ErrorCode.UNAVAILABLE);
                assertFails(toPeer(echo, "echo-1"), ErrorCode.UNAVAILABLE);
            });
        }
    }

    @Test
    void callsGoToThePeerThatIsNamed() {
        try (Echo echo = new Echo(Echo::back);
                LinkServer other = echo.serve(
                        (request, by) -> Echo.back(Echo.request(-request.getSeq()), by),
                        LinkServerSettings.defaults(),
                        0)) {
            echo.membership.set(
                    FixedMembership.peer("echo-1", echo.server.port()), FixedMembership.peer("echo-2", other.port()));
            await().untilAsserted(() -> assertThat(toPeer(echo, "echo-2"))
                    .succeedsWithin(Echo.AMPLE)
                    .isEqualTo(Echo.reply(Echo.request(-1))));
            assertThat(toPeer(echo, "echo-1").join().getAcknowledged()).isEqualTo(1);
        }
    }

    @Test
    void theLessLoadedOfTwoIsTaken() {
        try (Echo echo = new Echo(hold);
                LinkServer other = echo.serve(Echo::back, LinkServerSettings.defaults(), 0)) {
            Peer busy = FixedMembership.peer("echo-1", echo.server.port());
            List<CompletableFuture<AcknowledgeReply>> pending =
                    IntStream.range(0, 10).mapToObj(echo::call).toList();
            await().until(() -> held.size() == 10);
            echo.membership.set(busy, FixedMembership.peer("echo-2", other.port()));
            await().until(() -> toPeer(echo, "echo-2")
                    .handle((reply, failure) -> failure == null)
                    .join());
            IntStream.range(0, 50)
                    .forEach(i ->
                            assertThat(echo.call(i).join().getAcknowledged()).isEqualTo(i));
            assertThat(pending).noneMatch(CompletableFuture::isDone);
        }
    }

    @Test
    void onePeerThatIsAwayIsPassedOver() {
        try (Echo echo = new Echo(Echo::back, settings, endsAtOnce)) {
            LinkServer away = echo.serve(Echo::back, endsAtOnce, 0);
            away.close();
            echo.membership.set(
                    FixedMembership.peer("echo-1", echo.server.port()), FixedMembership.peer("echo-2", away.port()));
            await().untilAsserted(() -> assertFails(toPeer(echo, "echo-2"), ErrorCode.UNAVAILABLE));
            await().untilAsserted(() -> assertThat(IntStream.range(0, 20).mapToObj(echo::call))
                    .allSatisfy(call -> assertThat(call).succeedsWithin(Echo.AMPLE)));
        }
    }

    @Test
    void aPeerThatLeavesTheViewFinishesWhatItHas() {
        try (Echo echo = new Echo(hold)) {
            CompletableFuture<AcknowledgeReply> pending = echo.call(1);
            await().until(() -> !held.isEmpty());
            echo.membership.set();
            await().untilAsserted(() -> assertFails(echo.call(2), ErrorCode.UNAVAILABLE));
            assertThat(pending).isNotDone();
            held.forEach(reply -> reply.complete(Echo.reply(Echo.request(1))));
            assertThat(pending.join().getAcknowledged()).isEqualTo(1);
            await().until(() -> echo.serverGauge("hawser.link.server.streams") == 0);
        }
    }

    @Test
    void aPeerThatLeavesTheViewDoesNotFinishForEver() {
        LinkSettings impatient =
                new SettingsBuilder().drainTimeout(Duration.ofMillis(50)).build();
        try (Echo echo = new Echo(hold, impatient, endsAtOnce)) {
            CompletableFuture<AcknowledgeReply> pending = echo.call(1);
            await().until(() -> !held.isEmpty());
            echo.membership.set();
            assertFails(pending, ErrorCode.UNAVAILABLE).hasMessageContaining("the peer left");
        }
    }

    @Test
    void aNewIncarnationGetsANewConnection() {
        try (Echo echo = new Echo(Echo::back)) {
            echo.call(1).join();
            Peer peer = FixedMembership.peer("echo-1", echo.server.port());
            echo.membership.set(new Peer(peer.service(), peer.name(), peer.host(), peer.port(), 2, ""));
            await().until(() ->
                    echo.call(2).handle((reply, failure) -> failure == null).join()
                            && echo.serverGauge("hawser.link.server.streams") == 1);
        }
    }

    /** Whoever goes by a view of its own may be ahead of the link's. */
    @Test
    void aCallToALifeThatTheLinkDoesNotKnowYetGoesToNoOther() {
        try (Echo echo = new Echo(Echo::back)) {
            echo.call(1).join();
            Peer old = FixedMembership.peer("echo-1", echo.server.port());
            Peer fresh = new Peer(old.service(), old.name(), old.host(), old.port(), 2, "");
            assertFails(toLife(echo, fresh), ErrorCode.UNAVAILABLE).hasMessageContaining("no such instance");
            toLife(echo, old).join();
            echo.membership.set(fresh);
            await().until(() -> toLife(echo, fresh)
                    .handle((reply, failure) -> failure == null)
                    .join());
            assertFails(toLife(echo, old), ErrorCode.UNAVAILABLE);
        }
    }

    @Test
    void closingTheClientCompletesEveryCall() {
        Echo echo = new Echo(hold, settings, endsAtOnce);
        List<CompletableFuture<AcknowledgeReply>> calls =
                IntStream.range(0, 100).mapToObj(echo::call).toList();
        await().until(() -> !held.isEmpty());
        echo.close();
        assertThat(calls).allSatisfy(call -> assertFails(call, ErrorCode.UNAVAILABLE));
        assertFails(echo.call(1), ErrorCode.UNAVAILABLE);
    }

    @Test
    void closingTheClientWhileOthersCallCompletesEveryCall() {
        Echo echo = new Echo(Echo::back);
        Queue<CompletableFuture<AcknowledgeReply>> calls = new ConcurrentLinkedQueue<>();
        List<Thread> callers = IntStream.range(0, 4)
                .mapToObj(thread -> Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        calls.add(echo.call(i));
                    }
                }))
                .toList();
        await().until(() -> calls.size() > 100);
        echo.close();
        callers.forEach(LinkLossTest::join);
        await().until(() -> calls.stream().allMatch(CompletableFuture::isDone));
        assertThat(calls).hasSize(20_000);
    }

    @Test
    void aServerThatClosesAnswersWhatItHas() {
        Echo echo = new Echo(hold);
        CompletableFuture<AcknowledgeReply> pending = echo.call(1);
        await().until(() -> !held.isEmpty());
        Thread closing = Thread.ofPlatform().start(echo.server::close);
        held.forEach(reply -> reply.complete(Echo.reply(Echo.request(1))));
        assertThat(pending.join().getAcknowledged()).isEqualTo(1);
        join(closing);
        echo.close();
    }

    private static CompletableFuture<AcknowledgeReply> toLife(Echo echo, Peer life) {
        return echo.client.call(Route.peer(life), Echo.METHOD, Echo.request(1), "", Echo.AMPLE);
    }

    private static CompletableFuture<AcknowledgeReply> toPeer(Echo echo, String name) {
        return echo.client.call(Route.peer(name), Echo.METHOD, Echo.request(1), "", Echo.AMPLE);
    }

    private static List<CompletableFuture<AcknowledgeReply>> callUntil(
            Echo echo, java.util.function.BooleanSupplier reached) {
        Queue<CompletableFuture<AcknowledgeReply>> calls = new ConcurrentLinkedQueue<>();
        await().until(() -> {
            calls.add(echo.call(1));
            return reached.getAsBoolean();
        });
        return List.copyOf(calls);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
