package io.hawser.room.pull;

import io.hawser.rpc.v1.ReadBodyReply;
import io.hawser.rpc.v1.ReadBodyRequest;
import java.util.concurrent.CompletableFuture;

/** The bodies, as savers keep them. */
public interface Bodies {
    /** Reads a part; completes on any thread. */
    CompletableFuture<ReadBodyReply> read(ReadBodyRequest request);
}
