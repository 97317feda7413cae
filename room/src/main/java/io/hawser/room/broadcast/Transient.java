package io.hawser.room.broadcast;

import io.hawser.rpc.v1.PushBroadcastReply;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A TRANSIENT broadcast on its way to those of one event loop who are here.
 *
 * @param groups whose members; none: all of the app
 * @param frame released with the answer
 */
record Transient(LocalApp app, List<String> groups, ByteBuf frame, CompletableFuture<PushBroadcastReply> done) {
    int bytes() {
        return frame.readableBytes();
    }

    void answer(PushBroadcastReply reply) {
        frame.release();
        done.complete(reply);
    }

    void fail(Throwable fault) {
        frame.release();
        done.completeExceptionally(fault);
    }
}
