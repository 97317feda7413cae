package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A fault of one thing on an event loop is not the end of the others. */
final class LoopFaultsTest {
    private final Desk desk = new Desk();
    private final List<String> done = new ArrayList<>();

    @AfterEach
    void close() {
        desk.close();
    }

    private static void fail() {
        throw new IllegalStateException("broken");
    }

    @Test
    void deadlinesAreKeptThoughOneOfThemFails() {
        desk.loop
                .wheel()
                .arm(
                        new Wheel.Entry() {
                            @Override
                            long onDue(long nowMs) {
                                throw new AssertionError("broken");
                            }
                        },
                        100);
        desk.pass(Duration.ofMillis(200));
        desk.pass(ConnectionConfig.defaults().helloWithin());
        assertThat(desk.connection.wantsFrames()).isFalse();
    }

    @Test
    void whatWaitsInTheInboxIsDoneInTheSameTurnThoughOneOfItFails() {
        desk.loop.offer(() -> done.add("first"));
        desk.loop.offer(LoopFaultsTest::fail);
        desk.loop.offer(() -> done.add("last"));
        desk.channel.runPendingTasks();
        assertThat(done).containsExactly("first", "last");
    }

    @Test
    void whatWasWrittenIsFlushedThoughAnAnswerCannotBeTaken() {
        desk.loop.hop(CompletableFuture.completedFuture("answer"), (answer, failure) -> {
            desk.connection.out().pong();
            fail();
        });
        desk.channel.runPendingTasks();
        ByteBuf flushed = desk.channel.readOutbound();
        assertThat(flushed).isNotNull();
        flushed.release();
    }
}
