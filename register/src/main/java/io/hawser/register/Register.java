package io.hawser.register;

import io.hawser.keeper.Advertisement;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceMain;
import io.hawser.keeper.config.AtStartKeys;
import io.hawser.rpc.event.StateEvents;
import io.hawser.rpc.kick.KickCourier;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.CoordinatorGrpc;
import io.micrometer.core.instrument.MeterRegistry;

/** The register service: knows which room holds which endpoint, and has those kicked that a newer binding replaces. */
public final class Register {
    private Register() {}

    public static void main(String[] args) {
        System.exit(ServiceMain.run("register", RegisterConfig.class, args, Register::start));
    }

    /** Starts a register that serves by the context's configuration; it owns no slot until the views list it. */
    public static Service start(ServiceContext<RegisterConfig> context) {
        RegisterConfig config = context.config();
        MeterRegistry meters = context.meters();
        LinkClient coordinators = new LinkClient(
                "register/" + context.name(), "coordinator", context.members("coordinator"), config.links(), meters);
        KickCourier courier = new KickCourier(config.kicks(), handTo(coordinators), context.members("room"), meters);
        StateEvents events =
                new StateEvents(coordinators, () -> context.config().events(), meters);
        PresenceFeed feed = new PresenceFeed(
                events,
                listTold(coordinators, context),
                () -> context.config().parking(),
                () -> context.config().presence(),
                context.clock());
        Views views = new Views(ownership(context, context.incarnation()), config.sessions());
        Lanes lanes = Lanes.start(views, new BestEffortKicks(courier, meters), feed, System::nanoTime, meters);
        OtherRegisters others = new OtherRegisters(
                context.name(),
                context.members("register"),
                config.links(),
                () -> context.config().handOver(),
                meters);
        HandOver handOver = new HandOver(lanes, others, () -> context.config().handOver());
        RunningRegister running = new RunningRegister(lanes, handOver, others, courier, events, coordinators);
        try {
            follow(context, lanes, handOver, running);
            context.onConfigChange(changed -> courier.configure(changed.kicks()));
            LinkServer server = new Requests(lanes, others)
                    .serve(LinkServer.builder(config.serving(), meters))
                    .start(config.link().host(), config.link().port());
            running.serves(server);
            context.advertise(Advertisement.of(config.link().reachableHost(), server.port(), config.zone()));
            return running;
        } catch (RuntimeException e) {
            running.close();
            throw e;
        }
    }

    private static KickCourier.Delivery handTo(LinkClient coordinators) {
        return (kick, timeout) -> coordinators.call(
                Route.leastLoaded(),
                CoordinatorGrpc.getCarryKickMethod(),
                kick,
                kick.getSession().getApp(),
                timeout);
    }

    /** The owner of the slot has told, or will tell, of those who are listed; whoever answers asks a saver. */
    private static ToldSource listTold(LinkClient coordinators, ServiceContext<RegisterConfig> context) {
        return request -> coordinators.call(
                Route.slot(request.getSlots(0)),
                CoordinatorGrpc.getToldOnlineMethod(),
                request,
                "",
                context.config().presence().timeout());
    }

    /** Shows the lanes each view of registers and rooms, this instance's own number and its limits as they change. */
    private static void follow(
            ServiceContext<RegisterConfig> context, Lanes lanes, HandOver handOver, RunningRegister running) {
        running.follows(context.members("room").onChange(lanes::seeRooms));
        running.follows(context.members("register").onChange(view -> {
            lanes.seeOwnership(ownership(context, view));
            handOver.begin();
        }));
        context.onConfigChange(changed -> lanes.limit(changed.sessions()));
        context.onConfigChange(new AtStartKeys<>(context.config(), RegisterConfig::isLive, context.meters()));
        context.onReincarnation(incarnation -> lanes.seeOwnership(ownership(context, incarnation)));
    }

    private static Ownership ownership(ServiceContext<RegisterConfig> context, long incarnation) {
        return Ownership.of(
                context.name(), incarnation, context.members("register").view());
    }

    private static Ownership ownership(ServiceContext<RegisterConfig> context, Membership.View view) {
        return Ownership.of(context.name(), context.incarnation(), view);
    }
}
