package io.hawser.room.broadcast;

import io.hawser.keeper.config.ByteSize;
import io.hawser.room.connection.Broadcasts;
import io.hawser.room.connection.Host;
import io.hawser.rpc.v1.FollowBroadcastsRequest;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/** An event loop's part of broadcasts, whose log is read when the test says so. */
public final class HandBroadcasts {
    private static final int ENTRIES_A_POLL = 5;
    /** Whatever gets shorter is compressed, for the first already. */
    private static final CompressionConfig ALL =
            new CompressionConfig(CompressionConfig.Method.DEFLATE, new ByteSize(1), 0);

    private final TrueLog log;
    private final List<FollowedLog> followed = new ArrayList<>();
    private final Parts parts;

    /**
     * @param stores asked about endpoints and old entries; the log itself is followed at once
     * @param membersATurn members that an entry is offered to before others have the loop
     */
    public HandBroadcasts(
            TrueLog log,
            Stores stores,
            MeterRegistry registry,
            LongSupplier nanoTime,
            ByteBufAllocator memory,
            int membersATurn) {
        this.log = log;
        BroadcastMeters meters = new BroadcastMeters(registry);
        this.parts = new Parts(
                stores,
                new Feed(),
                new Progress(1_000, meters),
                new Paces(nanoTime),
                new Cursors(stores, () -> 1_000, meters),
                meters,
                () -> Stage.config(8, 16, BroadcastConfig.defaults().tailBytes(), membersATurn, ALL),
                () -> new SplittableRandom(1),
                memory);
    }

    public Broadcasts on(Host host) {
        return new LoopBroadcasts(host, parts);
    }

    /** Reads what is new in the logs of the apps that somebody is here of. */
    public void poll() {
        for (FollowedLog one : List.copyOf(followed)) {
            if (!one.isFull()) {
                FollowBroadcastsRequest question = FollowBroadcastsRequest.newBuilder()
                        .addApps(one.question())
                        .setMaxEntries(ENTRIES_A_POLL)
                        .build();
                log.follow(question).getAppsList().forEach(news -> {
                    one.take(news);
                    one.tell();
                });
            }
        }
    }

    /** Apps that somebody is here of. */
    public int followed() {
        return followed.size();
    }

    private final class Feed implements Following {
        @Override
        public void join(Subscriber subscriber) {
            FollowedLog one = new FollowedLog(subscriber.app());
            one.join(subscriber);
            followed.add(one);
        }

        @Override
        public void leave(Subscriber subscriber) {
            followed.removeIf(one -> one.leave(subscriber));
        }

        @Override
        public void hint(String app, long bseq) {
            // It is polled.
        }
    }
}
