package io.hawser.rpc.link;

import io.hawser.rpc.v1.LinkReply;
import io.hawser.wire.ErrorCode;
import org.jspecify.annotations.Nullable;

/** A reply that waits to be written, and the size of the request that it answers. */
record Finished(LinkReply reply, int requestBytes) {
    int replyBytes() {
        return reply.getBody().size();
    }

    @Nullable
    ErrorCode failure() {
        return reply.getCode() == 0 ? null : ErrorCode.ofNumber(reply.getCode());
    }
}
