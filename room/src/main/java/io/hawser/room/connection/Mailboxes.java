package io.hawser.room.connection;

import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.CountFruitlessReply;
import io.hawser.rpc.v1.CountFruitlessRequest;
import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.ReleaseMailboxReply;
import io.hawser.rpc.v1.ReleaseMailboxRequest;
import java.util.concurrent.CompletableFuture;

/**
 * The mailboxes, as a room uses them. Each call has a deadline of its own and fails with a
 * {@link io.hawser.wire.HawserException}; its future may complete on any thread.
 */
public interface Mailboxes {
    CompletableFuture<OpenMailboxReply> open(OpenMailboxRequest request);

    CompletableFuture<LoadReply> load(LoadRequest request);

    CompletableFuture<AcknowledgeReply> acknowledge(AcknowledgeRequest request);

    CompletableFuture<ForgetMailboxReply> forget(ForgetMailboxRequest request);

    CompletableFuture<CountFruitlessReply> countFruitless(CountFruitlessRequest request);

    CompletableFuture<ReleaseMailboxReply> release(ReleaseMailboxRequest request);
}
