package io.hawser.room.connection;

import io.hawser.room.overload.Level;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** All event loops of a room. */
public final class ConnectionLoops implements AutoCloseable {
    private static final int MAX_LOOPS = 1 << ConnectionLoop.INDEX_BITS;

    private final List<ConnectionLoop> loops = new ArrayList<>();
    private final List<EventLoop> executors = new ArrayList<>();
    private final ResumeTokens.Key key = new ResumeTokens.Key(new SecureRandom());

    public ConnectionLoops(EventLoopGroup group, ConnectionConfig config, Surroundings surroundings) {
        for (EventExecutor executor : group) {
            executors.add((EventLoop) executor);
        }
        if (executors.size() > MAX_LOOPS) {
            throw new IllegalArgumentException("loops: over " + MAX_LOOPS);
        }
        for (EventLoop executor : executors) {
            loops.add(new ConnectionLoop(executor, loops.size(), config, surroundings, this));
        }
    }

    int count() {
        return executors.size();
    }

    /** What the tokens of clients that come back are made with. */
    ResumeTokens.Key key() {
        return key;
    }

    public void start() {
        loops.forEach(ConnectionLoop::start);
    }

    /** Has all clients go to other rooms; the plan is each loop's. */
    public void drain(DrainPlan plan) {
        loops.forEach(loop -> loop.drain(plan));
    }

    /** What all loops give up from now on. */
    public void strain(Level level) {
        loops.forEach(loop -> loop.strain(level));
    }

    /** Has some connections go, as what is short at present has it: of each loop as many. */
    public void shed(Level present, int atMost) {
        int each = (atMost + loops.size() - 1) / loops.size();
        loops.forEach(loop -> loop.shed(present, each));
    }

    /** Returns the loops, as what runs tasks on them. */
    public List<Executor> executors() {
        return List.copyOf(executors);
    }

    public void configure(ConnectionConfig config) {
        loops.forEach(loop -> loop.configure(config));
    }

    /** Returns the loop that runs on this executor. */
    public ConnectionLoop on(EventLoop executor) {
        return loops.get(executors.indexOf(executor));
    }

    List<ConnectionLoop> all() {
        return loops;
    }

    /** Returns the loop that a connection with this id would be on, or null where no loop gives such ids. */
    @Nullable
    ConnectionLoop of(long connection) {
        int index = (int) connection & (MAX_LOOPS - 1);
        return index < loops.size() ? loops.get(index) : null;
    }

    /** Closes all connections, and waits until the last of their bindings has left. */
    @Override
    public void close() {
        List<CompletableFuture<?>> closed = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            closed.add(CompletableFuture.runAsync(loops.get(i)::close, executors.get(i)));
        }
        CompletableFuture.allOf(closed.toArray(CompletableFuture[]::new)).join();
    }
}
