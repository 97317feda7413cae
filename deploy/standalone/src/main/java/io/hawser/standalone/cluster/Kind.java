package io.hawser.standalone.cluster;

import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import io.hawser.keeper.config.ByteSize;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The kinds of services, in the order of their ports. */
enum Kind {
    CENTER(0, Kind.FRONT, 384),
    DISPATCHER(10, Kind.FRONT, 256),
    ROOM(20, Kind.FRONT, 384),
    COORDINATOR(30, Kind.BACK, 384),
    REGISTER(40, Kind.BACK, 384),
    SAVER(50, Kind.BACK, 512);

    /** What others need is ready before them, and is stopped after them. */
    static final int STORES = 0;

    private static final int BACK = 1;
    private static final int FRONT = 2;

    private final int portOffset;
    private final int stage;
    private final int heapMebibytes;

    Kind(int portOffset, int stage, int heapMebibytes) {
        this.portOffset = portOffset;
        this.stage = stage;
        this.heapMebibytes = heapMebibytes;
    }

    static Kind parse(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.label().equals(word))
                .findFirst()
                .orElseThrow(() -> new AgentException(
                        AgentExit.USAGE,
                        "service: " + word + " (expected: one of "
                                + Arrays.stream(values()).map(Kind::label).collect(Collectors.joining(", ")) + ")"));
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Where its ten ports begin in each block. */
    int portOffset() {
        return portOffset;
    }

    int stage() {
        return stage;
    }

    /** Two of each, their stores and the agent take 3 GiB when idle, and some 11 GiB at most. */
    ByteSize heap() {
        return ByteSize.ofMebibytes(heapMebibytes);
    }

    boolean servesClients() {
        return stage == FRONT;
    }
}
