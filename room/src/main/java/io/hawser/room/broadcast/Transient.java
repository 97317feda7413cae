package io.hawser.room.broadcast;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.PushBroadcastReply;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A TRANSIENT broadcast on its way to those of one event loop who are here.
 *
 * @param groups whose members; none: all of the app
 * @param frame of the content; released with the answer
 */
record Transient(
        LocalApp app,
        List<String> groups,
        ByteString content,
        ByteBuf frame,
        CompletableFuture<PushBroadcastReply> done)
        implements BroadcastFrame.Source {
    @Override
    public long bseq() {
        return 0;
    }

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
