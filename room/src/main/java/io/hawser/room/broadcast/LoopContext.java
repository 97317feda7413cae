package io.hawser.room.broadcast;

import io.hawser.room.connection.Host;
import java.util.random.RandomGenerator;

/** What the apps of one event loop share. */
record LoopContext(
        Host host,
        Parts parts,
        Turns reads,
        Turns reloads,
        Compression compression,
        Encoded encoded,
        RandomGenerator random,
        LoopBroadcasts loop) {}
