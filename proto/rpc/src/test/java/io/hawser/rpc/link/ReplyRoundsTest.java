package io.hawser.rpc.link;

import static io.hawser.rpc.link.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Replies that nobody waits for: when they are collected, and that all of them come. */
final class ReplyRoundsTest {
    private static final Duration LENGTH = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final List<List<String>> collected = new ArrayList<>();
    private final ReplyRounds<String> rounds = rounds();

    private final BlockingQueue<Held> held = new LinkedBlockingQueue<>();
    private final LinkServer.Handler<AcknowledgeRequest, AcknowledgeReply> hold = (request, by) -> {
        CompletableFuture<AcknowledgeReply> reply = new CompletableFuture<>();
        held.add(new Held(request, reply));
        return reply;
    };

    private record Held(AcknowledgeRequest request, CompletableFuture<AcknowledgeReply> reply) {}

    private ReplyRounds<String> rounds() {
        loop.freezeTime();
        return new ReplyRounds<>(loop.eventLoop(), LENGTH, this::collect);
    }

    @Test
    void whatIsBroughtInARoundIsCollectedTogether() {
        Consumer<String> first = rounds.await();
        Consumer<String> second = rounds.await();
        first.accept("a");
        loop.runPendingTasks();
        second.accept("b");
        assertThat(collected).isEmpty();
        pass(LENGTH);
        assertThat(collected).containsExactly(List.of("a", "b"));
    }

    @Test
    void whatIsNotThereYetIsLookedForAgain() {
        Consumer<String> slow = rounds.await();
        pass(LENGTH);
        pass(LENGTH);
        assertThat(collected).containsExactly(List.of(), List.of());
        slow.accept("a");
        pass(LENGTH);
        assertThat(collected.getLast()).containsExactly("a");
    }

    @Test
    void nothingIsLookedForOnceAllIsThere() {
        rounds.await().accept("a");
        pass(LENGTH);
        pass(LENGTH.multipliedBy(10));
        assertThat(collected).containsExactly(List.of("a"));
    }

    @Test
    void repliesComeThoughNobodyAnnouncesThem() throws InterruptedException {
        try (Echo echo = new Echo(hold)) {
            List<CompletableFuture<AcknowledgeReply>> calls =
                    List.of(echo.callAtLeisure(1), echo.callAtLeisure(2), echo.call(3));
            for (int i = 0; i < calls.size(); i++) {
                Held call = nextHeld();
                call.reply().complete(Echo.reply(call.request()));
            }
            assertThat(calls).allSatisfy(call -> assertThat(call).succeedsWithin(PATIENCE));
            assertThat(calls.stream().map(call -> call.join().getAcknowledged()))
                    .containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void failuresComeAsWell() throws InterruptedException {
        try (Echo echo = new Echo(hold)) {
            CompletableFuture<AcknowledgeReply> call = echo.callAtLeisure(1);
            nextHeld().reply().completeExceptionally(HawserException.refusal(ErrorCode.NOT_FOUND, "no such mailbox"));
            assertFails(call, ErrorCode.NOT_FOUND).hasMessage("no such mailbox");
        }
    }

    @Test
    void aServerThatClosesStillGivesThem() throws InterruptedException {
        try (Echo echo = new Echo(hold)) {
            CompletableFuture<AcknowledgeReply> call = echo.callAtLeisure(1);
            Held held = nextHeld();
            CompletableFuture<Void> closed = CompletableFuture.runAsync(echo.server::close);
            held.reply().complete(Echo.reply(held.request()));
            assertThat(call).succeedsWithin(PATIENCE);
            assertThat(closed).succeedsWithin(PATIENCE);
        }
    }

    private Held nextHeld() throws InterruptedException {
        Held next = held.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).as("a call that came").isNotNull();
        return next;
    }

    private void collect() {
        List<String> round = new ArrayList<>();
        for (String next = rounds.poll(); next != null; next = rounds.poll()) {
            round.add(next);
        }
        collected.add(round);
    }

    private void pass(Duration time) {
        loop.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        loop.runPendingTasks();
    }
}
