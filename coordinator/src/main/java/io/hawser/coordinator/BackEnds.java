package io.hawser.coordinator;

import io.hawser.coordinator.event.Events;
import io.hawser.coordinator.event.Watches;
import io.hawser.coordinator.uplink.Callbacks;
import io.hawser.coordinator.uplink.OwnedSlots;
import io.hawser.coordinator.uplink.Uplinks;
import io.hawser.coordinator.webhook.WebhookClient;
import io.hawser.keeper.ServiceContext;
import io.hawser.rpc.directory.AppDirectory;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.CoordinatorGrpc;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes up to the apps' back ends: the parts, and what they hear of. */
final class BackEnds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackEnds.class);

    private final LinkClient savers;
    private final AppDirectory directory;
    private final WebhookClient client;
    private final Uplinks uplinks;
    private final Events events;
    private final Watches watches;
    private final AutoCloseable membership;
    private volatile List<Integer> slotRanges = List.of();

    /** The links to registers and rooms are not closed with this. */
    BackEnds(ServiceContext<CoordinatorConfig> context, LinkClient registers, LinkClient rooms) {
        MeterRegistry meters = context.meters();
        savers = Coordinator.linkTo("saver", context);
        directory = new AppDirectory(savers, context.config().directory(), meters);
        client = new WebhookClient(() -> context.config().webhooks(), context.clock());
        uplinks = new Uplinks(
                context.name(),
                new Uplinks.Links(savers, registers, rooms),
                new Callbacks(directory::app, directory::refresh),
                client,
                () -> context.config().uplinks(),
                context.clock(),
                meters);
        events = new Events(savers, directory::loaded, () -> context.config().events(), uplinks::offer, meters);
        watches = new Watches(
                savers, events, () -> slotRanges, () -> context.config().events(), meters);
        directory.onAppChange(this::changed);
        // Those that were read before this listened.
        directory.apps().forEach(this::changed);
        String name = context.name();
        membership = context.members("coordinator").onChange(view -> follow(name, view));
        context.health("directory", directory::loaded);
    }

    void addTo(LinkServer.Builder server) {
        server.handle(CoordinatorGrpc.getCarryUplinkMethod(), uplinks::carry)
                .handle(CoordinatorGrpc.getTellEventsMethod(), events::tell)
                .handle(CoordinatorGrpc.getWantedEventsMethod(), events::wanted)
                .handle(CoordinatorGrpc.getToldOnlineMethod(), events::toldOnline);
    }

    /** What is on its way to back ends comes to its end, and the store hears of it. */
    void drain(Duration atMost) {
        try {
            uplinks.drain(atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            membership.close();
        } catch (Exception e) {
            LOG.warn("Coordinators are still listened to", e);
        }
        watches.close();
        uplinks.close();
        client.close();
        directory.close();
        savers.close();
    }

    private void changed(App app) {
        events.changed(app);
        uplinks.changed(app);
    }

    private void follow(String name, Membership.View view) {
        slotRanges = OwnedSlots.of(name, view).ranges();
        uplinks.follow(view);
    }
}
