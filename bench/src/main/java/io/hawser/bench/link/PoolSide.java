package io.hawser.bench.link;

import io.grpc.ManagedChannel;
import io.hawser.rpc.v1.AppendRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A pool of connections to each peer, each with one call at a time: what does not find a free one waits in line. */
final class PoolSide implements Side {
    private final List<Integer> ports;
    private final Duration timeout;
    private final NettyLoop loop = new NettyLoop("pool-client");
    private final List<Pool> pools = new ArrayList<>();

    PoolSide(List<Integer> ports, int connectionsPerPeer, Duration timeout) {
        this.ports = ports;
        this.timeout = timeout;
        for (int port : ports) {
            pools.add(new Pool(port, connectionsPerPeer));
        }
    }

    @Override
    public String name() {
        return "pool";
    }

    @Override
    public List<Integer> ports() {
        return ports;
    }

    @Override
    public void call(int peer, AppendRequest request, Consumer<@Nullable Throwable> done) {
        pools.get(peer).call(new Waiting(request, done));
    }

    @Override
    public void close() {
        pools.forEach(Pool::close);
        loop.close();
    }

    private record Waiting(AppendRequest request, Consumer<@Nullable Throwable> done) {}

    private final class Pool {
        private final List<ManagedChannel> all = new ArrayList<>();
        private final Queue<ManagedChannel> free = new ConcurrentLinkedQueue<>();
        private final Queue<Waiting> line = new ConcurrentLinkedQueue<>();

        Pool(int port, int connections) {
            for (int i = 0; i < connections; i++) {
                all.add(UnarySide.channel(loop, port));
            }
            free.addAll(all);
        }

        void call(Waiting waiting) {
            line.add(waiting);
            serve();
        }

        /** As long as one waits and one is free, they are put together. */
        private void serve() {
            while (!line.isEmpty()) {
                ManagedChannel channel = free.poll();
                if (channel == null) {
                    return;
                }
                Waiting next = line.poll();
                if (next == null) {
                    free.add(channel);
                } else {
                    start(channel, next);
                }
            }
        }

        private void start(ManagedChannel channel, Waiting next) {
            UnarySide.start(channel, next.request, timeout, failure -> {
                free.add(channel);
                next.done.accept(failure);
                serve();
            });
        }

        void close() {
            all.forEach(ManagedChannel::shutdownNow);
        }
    }
}
