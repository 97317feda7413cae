package io.hawser.room.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcceptPaceTest {
    private static final int MOST = 2 * AcceptPace.MOST_AHEAD_A_LOOP;

    private final Loop first = new Loop();
    private final Loop second = new Loop();
    private final Counter late = new SimpleMeterRegistry().counter("late");
    private final EmbeddedChannel server = server();

    @Test
    void aFewWaitForNobody() {
        accept(MOST - 1);

        assertThat(isAccepting()).isTrue();
        assertThat(first.tasks).isEmpty();
    }

    @Test
    void manyAskTheLoopsAndGoOnWhereTheseComeSoon() {
        accept(MOST);
        assertThat(isAccepting()).isTrue();
        first.work();
        second.work();
        server.runPendingTasks();

        accept(MOST - 1);
        pass(10 * AcceptPace.LONGEST_WAIT_MILLIS);

        assertThat(isAccepting()).isTrue();
        assertThat(first.tasks).isEmpty();
        assertThat(late.count()).isZero();
    }

    @Test
    void asManyAgainWaitUntilAllLoopsHaveTakenInThoseBefore() {
        accept(MOST);
        accept(MOST);
        assertThat(isAccepting()).isFalse();

        first.work();
        server.runPendingTasks();
        assertThat(isAccepting()).isFalse();

        second.work();
        server.runPendingTasks();
        assertThat(isAccepting()).isTrue();
        pass(10 * AcceptPace.LONGEST_WAIT_MILLIS);
        assertThat(late.count()).isZero();
    }

    @Test
    void whoWaitedCountsForTheNextRound() {
        accept(MOST);
        accept(MOST);
        first.work();
        second.work();
        server.runPendingTasks();

        accept(1);
        assertThat(first.tasks).hasSize(1);
        accept(MOST);
        assertThat(isAccepting()).isFalse();
    }

    @Test
    void aLoopThatDoesNotComeIsNotWaitedForForEver() {
        accept(MOST);
        accept(MOST);
        first.work();

        pass(AcceptPace.LONGEST_WAIT_MILLIS - 1);
        assertThat(isAccepting()).isFalse();
        pass(1);
        assertThat(isAccepting()).isTrue();
        assertThat(late.count()).isEqualTo(1);

        accept(MOST);
        accept(MOST);
        second.work();
        server.runPendingTasks();
        assertThat(isAccepting()).isFalse();
        first.work();
        server.runPendingTasks();
        assertThat(isAccepting()).isTrue();
    }

    @Test
    void aLoopThatIsLateWhereNobodyWaitsIsNotCounted() {
        accept(MOST);

        pass(AcceptPace.LONGEST_WAIT_MILLIS);

        assertThat(late.count()).isZero();
    }

    @Test
    void whereAcceptingFailsMeanwhileItIsTriedAgainAfterAWhile() {
        accept(MOST);
        accept(MOST);
        server.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        first.work();
        second.work();
        server.runPendingTasks();

        pass(AcceptPace.PAUSE_AFTER_FAILURE_MILLIS - 1);
        assertThat(isAccepting()).isFalse();
        pass(1);
        assertThat(isAccepting()).isTrue();
    }

    private EmbeddedChannel server() {
        EmbeddedChannel channel = new EmbeddedChannel(new AcceptPace(List.of(first, second), late), new Ignoring());
        channel.freezeTime();
        return channel;
    }

    private void accept(int connections) {
        for (int i = 0; i < connections; i++) {
            server.pipeline().fireChannelRead("a channel");
        }
        server.pipeline().fireChannelReadComplete();
    }

    private boolean isAccepting() {
        return server.config().isAutoRead();
    }

    private void pass(long millis) {
        server.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        server.runScheduledPendingTasks();
    }

    /** An event loop whose tasks wait until it comes to them. */
    private static final class Loop implements Executor {
        private final Queue<Runnable> tasks = new ArrayDeque<>();

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        void work() {
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
        }
    }

    private static final class Ignoring extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // As the bootstrap's acceptor has it: not the server channel's end.
        }
    }
}
