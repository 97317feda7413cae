package io.hawser.center.link;

import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** The savers, as the API calls them. */
public final class Savers {
    private static final String SERVICE = "saver";

    private final LinkClient link;
    private final Repeats repeats;

    public Savers(LinkClient link, Repeats repeats) {
        this.link = link;
        this.repeats = repeats;
    }

    /** Asks the saver that owns a user's log; repeats until the owner answers or the budget is spent. */
    public <Q extends MessageLite, R extends MessageLite> CompletableFuture<R> ofUser(
            UserKey user, MethodDescriptor<Q, R> method, Q request) {
        return ofUser(user, method, request, request);
    }

    /** Likewise, where the first attempt is made otherwise than those after it. */
    public <Q extends MessageLite, R extends MessageLite> CompletableFuture<R> ofUser(
            UserKey user, MethodDescriptor<Q, R> method, Q first, Q again) {
        Route route = Route.slot(user.slot());
        String app = user.app().value();
        AtomicBoolean begun = new AtomicBoolean();
        return repeats.run(
                SERVICE, timeout -> link.call(route, method, begun.getAndSet(true) ? again : first, app, timeout));
    }

    /** Asks the saver that an app's own tables are best asked of: any serves them, and one has them at hand. */
    public <Q extends MessageLite, R extends MessageLite> CompletableFuture<R> ofApp(
            String app, MethodDescriptor<Q, R> method, Q request) {
        Route route = Route.slot(Slot.of(app, ""));
        return repeats.run(SERVICE, timeout -> link.call(route, method, request, app, timeout));
    }

    /** Asks any saver, for what all of them serve. */
    public <Q extends MessageLite, R extends MessageLite> CompletableFuture<R> any(
            MethodDescriptor<Q, R> method, Q request) {
        return repeats.run(SERVICE, timeout -> link.call(Route.leastLoaded(), method, request, "", timeout));
    }

    /** Asks any saver, once: for what must not be done twice. */
    public <Q extends MessageLite, R extends MessageLite> CompletableFuture<R> anyOnce(
            MethodDescriptor<Q, R> method, Q request, Duration timeout) {
        return Outages.told(SERVICE, link.call(Route.leastLoaded(), method, request, "", timeout));
    }
}
