package io.hawser.coordinator.uplink;

import io.hawser.coordinator.webhook.Reply;
import io.hawser.rpc.v1.OutboxItem;
import java.util.concurrent.CompletableFuture;

/** What takes back ends' answers to the clients that asked. */
interface Replies {
    /**
     * Has a reply stored in the mailbox of the uplink's endpoint, however often it takes, and pushed once.
     *
     * @return completes once it is stored, or refused for good; never fails
     */
    CompletableFuture<Void> store(OutboxItem uplink, Reply reply);
}
