package io.hawser.rpc.event;

import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.link.SlotTable;
import io.hawser.rpc.v1.CoordinatorGrpc;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.TellEventsReply;
import io.hawser.rpc.v1.TellEventsRequest;
import io.hawser.rpc.v1.WantedEventsReply;
import io.hawser.rpc.v1.WantedEventsRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The coordinators in view, over the link. */
final class LinkedCoordinators implements Coordinators {
    private final LinkClient link;
    private volatile Owners owners = new Owners(new Membership.View(0, List.of()));

    /** Who owns what in a view; made once for each. */
    private record Owners(Membership.View view, SlotTable table) {
        Owners(Membership.View view) {
            this(view, SlotTable.of(view));
        }
    }

    LinkedCoordinators(LinkClient link) {
        this.link = link;
    }

    @Override
    public String owner(int slot) {
        Membership.View view = link.membership().view();
        Owners known = owners;
        if (!known.view.equals(view)) {
            known = new Owners(view);
            owners = known;
        }
        Peer owner = known.table.owner(slot);
        return owner == null ? "" : owner.name();
    }

    /** The link shares its calls out by app; a batch is of several, and is the platform's own. */
    @Override
    public CompletableFuture<Integer> tell(String coordinator, List<StateEvent> events, Duration timeout) {
        TellEventsRequest request =
                TellEventsRequest.newBuilder().addAllEvents(events).build();
        return link.call(Route.peer(coordinator), CoordinatorGrpc.getTellEventsMethod(), request, "", timeout)
                .thenApply(TellEventsReply::getRefused);
    }

    @Override
    public CompletableFuture<WantedEventsReply> wanted(Duration timeout) {
        return link.call(
                Route.leastLoaded(),
                CoordinatorGrpc.getWantedEventsMethod(),
                WantedEventsRequest.getDefaultInstance(),
                "",
                timeout);
    }
}
