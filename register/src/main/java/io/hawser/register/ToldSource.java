package io.hawser.register;

import io.hawser.rpc.v1.ListToldOnlineReply;
import io.hawser.rpc.v1.ListToldOnlineRequest;
import java.util.concurrent.CompletableFuture;

/** Who was told to be online last, page by page. */
interface ToldSource {
    /** Completes on any thread; fails with a {@link io.hawser.wire.HawserException}. */
    CompletableFuture<ListToldOnlineReply> list(ListToldOnlineRequest request);
}
