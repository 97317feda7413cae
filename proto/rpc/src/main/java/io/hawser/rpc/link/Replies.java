package io.hawser.rpc.link;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.hawser.rpc.v1.LinkReply;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a handler's outcome looks like on the wire. */
final class Replies {
    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

    private final int maxReplyBytes;

    Replies(int maxReplyBytes) {
        this.maxReplyBytes = maxReplyBytes;
    }

    /** Of {@code reply} and {@code thrown} one is not null; a handler that gave neither has a fault. */
    LinkReply of(long id, String method, @Nullable MessageLite reply, @Nullable Throwable thrown) {
        if (reply != null) {
            ByteString body = reply.toByteString();
            return body.size() <= maxReplyBytes
                    ? LinkReply.newBuilder().setId(id).setBody(body).build()
                    : failure(id, ErrorCode.RESOURCE_EXHAUSTED, tooLarge(method, body.size()));
        }
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof HawserException refusal) {
            return failure(id, refusal.code(), refusal.getMessage());
        }
        // The caller learns nothing of our inside.
        LOG.error("{} failed", method, cause);
        return failure(id, ErrorCode.INTERNAL, method + ": internal error");
    }

    static LinkReply failure(long id, ErrorCode code, @Nullable String detail) {
        return LinkReply.newBuilder()
                .setId(id)
                .setCode(code.number())
                .setDetail(detail == null ? code.meaning() : detail)
                .build();
    }

    private String tooLarge(String method, int bytes) {
        return method + ": reply of " + bytes + " bytes (expected: at most " + maxReplyBytes + ")";
    }
}
