package io.hawser.coordinator;

import io.hawser.coordinator.kick.Kicks;
import io.hawser.keeper.Advertisement;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceMain;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.CoordinatorGrpc;
import java.time.Duration;

/** The coordinator service: carries what has to reach a room, or an app's back end, however often it takes. */
public final class Coordinator implements Service {
    private final LinkServer server;
    private final Kicks kicks;
    private final LinkClient rooms;

    public static void main(String[] args) {
        System.exit(ServiceMain.run("coordinator", CoordinatorConfig.class, args, Coordinator::start));
    }

    /** Starts a coordinator that serves by the context's configuration, and lets others see it. */
    public static Service start(ServiceContext<CoordinatorConfig> context) {
        CoordinatorConfig config = context.config();
        LinkClient rooms = new LinkClient(
                "coordinator/" + context.name(), "room", context.members("room"), config.links(), context.meters());
        Kicks kicks = new Kicks(config.kicks(), rooms, context.meters());
        try {
            Coordinator coordinator = new Coordinator(serve(context, kicks), kicks, rooms);
            context.advertise(
                    Advertisement.of(config.link().reachableHost(), coordinator.server.port(), config.zone()));
            return coordinator;
        } catch (RuntimeException e) {
            kicks.close();
            rooms.close();
            throw e;
        }
    }

    private static LinkServer serve(ServiceContext<CoordinatorConfig> context, Kicks kicks) {
        CoordinatorConfig config = context.config();
        return LinkServer.builder(config.serving(), context.meters())
                .handle(CoordinatorGrpc.getCarryKickMethod(), kicks::carry)
                .start(config.link().host(), config.link().port());
    }

    private Coordinator(LinkServer server, Kicks kicks, LinkClient rooms) {
        this.server = server;
        this.kicks = kicks;
        this.rooms = rooms;
    }

    /** No view lists this coordinator any more: what it has in hand goes out, and little comes in. */
    @Override
    public void drain(Duration atMost) {
        kicks.drain(atMost);
    }

    @Override
    public void close() {
        server.close();
        kicks.close();
        rooms.close();
    }
}
