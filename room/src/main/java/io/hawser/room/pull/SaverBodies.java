package io.hawser.room.pull;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.BodyStoreGrpc;
import io.hawser.rpc.v1.ReadBodyReply;
import io.hawser.rpc.v1.ReadBodyRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The bodies, asked of the saver of the user's slot: any would do, this one has the rest of the user at hand. */
public final class SaverBodies implements Bodies {
    private final LinkClient savers;
    private final Supplier<Duration> timeout;

    /** Calls wait for {@code timeout} each, which is asked before each. */
    public SaverBodies(LinkClient savers, Supplier<Duration> timeout) {
        this.savers = savers;
        this.timeout = timeout;
    }

    @Override
    public CompletableFuture<ReadBodyReply> read(ReadBodyRequest request) {
        return savers.call(
                Route.slot(Slot.of(request.getApp(), request.getUser())),
                BodyStoreGrpc.getReadBodyMethod(),
                request,
                request.getApp(),
                timeout.get());
    }
}
