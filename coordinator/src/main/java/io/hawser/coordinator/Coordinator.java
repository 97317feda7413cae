package io.hawser.coordinator;

import io.hawser.coordinator.kick.Kicks;
import io.hawser.coordinator.kick.UserKicks;
import io.hawser.keeper.Advertisement;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceMain;
import io.hawser.keeper.config.AtStartKeys;
import io.hawser.keeper.config.LinkListen;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.CoordinatorGrpc;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The coordinator service: carries what has to reach a room, or an app's back end, however often it takes. */
public final class Coordinator implements Service {
    private final LinkClient rooms;
    private final LinkClient registers;
    private final Kicks kicks;
    private final UserKicks userKicks;
    private final BackEnds backEnds;
    private @Nullable LinkServer server;

    public static void main(String[] args) {
        System.exit(ServiceMain.run("coordinator", CoordinatorConfig.class, args, Coordinator::start));
    }

    /** Starts a coordinator that serves by the context's configuration, and lets others see it. */
    public static Service start(ServiceContext<CoordinatorConfig> context) {
        CoordinatorConfig config = context.config();
        Coordinator coordinator = new Coordinator(context);
        try {
            coordinator.follow(context);
            context.advertise(coordinator.serve(config, context.meters()));
            return coordinator;
        } catch (RuntimeException e) {
            coordinator.close();
            throw e;
        }
    }

    private Coordinator(ServiceContext<CoordinatorConfig> context) {
        CoordinatorConfig config = context.config();
        rooms = linkTo("room", context);
        registers = linkTo("register", context);
        kicks = new Kicks(config.kicks(), rooms, context.meters());
        userKicks =
                new UserKicks(registers, kicks, () -> context.config().kicks().attemptTimeout());
        backEnds = new BackEnds(context, registers, rooms);
    }

    static LinkClient linkTo(String service, ServiceContext<CoordinatorConfig> context) {
        return new LinkClient(
                "coordinator/" + context.name(),
                service,
                context.members(service),
                context.config().links(),
                context.meters());
    }

    /** No view lists this coordinator any more: what it has in hand goes out, and little comes in. */
    @Override
    public void drain(Duration atMost) {
        long deadlineNanos = System.nanoTime() + atMost.toNanos();
        backEnds.drain(atMost);
        kicks.drain(Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime())));
    }

    /** The server last: it waits for requests in hand, and those end with what serves them. */
    @Override
    public void close() {
        kicks.close();
        backEnds.close();
        if (server != null) {
            server.close();
        }
        registers.close();
        rooms.close();
    }

    /** Applies what may change while it runs, and tells what may not. */
    private void follow(ServiceContext<CoordinatorConfig> context) {
        context.onConfigChange(new AtStartKeys<>(context.config(), CoordinatorConfig::isLive, context.meters()));
        context.onConfigChange(changed -> kicks.configure(changed.kicks()));
    }

    private Advertisement serve(CoordinatorConfig config, MeterRegistry meters) {
        LinkListen listen = config.link();
        LinkServer.Builder builder = LinkServer.builder(config.serving(), meters)
                .handle(CoordinatorGrpc.getCarryKickMethod(), kicks::carry)
                .handle(CoordinatorGrpc.getKickUserMethod(), userKicks::kick);
        backEnds.addTo(builder);
        LinkServer started = builder.start(listen.host(), listen.port());
        server = started;
        return Advertisement.of(listen.reachableHost(), started.port(), config.zone());
    }
}
