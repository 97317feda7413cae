package io.hawser.saver;

import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.saver.hold.MailboxLogs;
import io.hawser.saver.journal.LogId;
import io.hawser.saver.log.Lanes;
import java.util.concurrent.CompletableFuture;

/** The logs on this saver's lanes. */
record LaneLogs(Lanes lanes) implements MailboxLogs {
    @Override
    public CompletableFuture<LoadReply> load(LoadRequest request) {
        LogId id = LogId.of(request.getApp(), request.getUser());
        return lanes.of(id.slot()).load(id, request);
    }

    @Override
    public CompletableFuture<AcknowledgeReply> acknowledge(AcknowledgeRequest request) {
        LogId id = LogId.of(request.getApp(), request.getUser());
        return lanes.of(id.slot()).acknowledge(id, request);
    }
}
