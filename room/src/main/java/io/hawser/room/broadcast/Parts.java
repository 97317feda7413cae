package io.hawser.room.broadcast;

import io.netty.buffer.ByteBufAllocator;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** What all event loops share: each may be used by any thread. */
record Parts(
        Stores stores,
        Following following,
        Progress progress,
        Paces paces,
        Cursors cursors,
        BroadcastMeters meters,
        Supplier<BroadcastConfig> config,
        Supplier<? extends RandomGenerator> randoms,
        ByteBufAllocator memory) {}
