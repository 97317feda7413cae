package io.hawser.saver.hold;

import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import java.util.concurrent.CompletableFuture;

/** The logs that mailboxes read: those that this saver owns, others are refused. */
public interface MailboxLogs {
    CompletableFuture<LoadReply> load(LoadRequest request);

    CompletableFuture<AcknowledgeReply> acknowledge(AcknowledgeRequest request);
}
