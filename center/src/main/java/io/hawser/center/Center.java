package io.hawser.center;

import io.hawser.center.access.Access;
import io.hawser.center.access.Authenticator;
import io.hawser.center.docs.OpenApi;
import io.hawser.center.http.ApiServer;
import io.hawser.center.link.Lookups;
import io.hawser.center.link.Repeats;
import io.hawser.center.link.Savers;
import io.hawser.center.message.Messaging;
import io.hawser.center.operation.Operating;
import io.hawser.center.user.UsersService;
import io.hawser.keeper.Advertisement;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceMain;
import io.hawser.rpc.directory.AppDirectory;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkLoops;
import io.hawser.rpc.link.Membership;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The API, for apps' back ends and for operators. */
public final class Center implements Service {
    /** The attribute of its registration that says where the API is: {@code http://10.0.0.7:8080}. */
    public static final String API_ATTRIBUTE = "api";

    private static final List<String> SERVICES =
            List.of("center", "coordinator", "dispatcher", "register", "room", "saver");

    private final Links links;
    private final Repeats repeats;
    private final AppDirectory directory;
    private final Lookups lookups;
    private final ApiServer server;

    private Center(ServiceContext<CenterConfig> context) {
        CenterConfig config = context.config();
        links = Links.open(context);
        repeats = new Repeats(config.repeats(), context.meters());
        directory = new AppDirectory(links.savers, config.directory(), context.meters());
        lookups = new Lookups(links.registers, config.lookups(), context.meters());
        server = new ApiServer(config.api(), config.limits(), new SecureRandom(), context.meters());
    }

    /** Serves once this returns; ready when it has read the directory. */
    public static Service start(ServiceContext<CenterConfig> context) {
        Center center = new Center(context);
        try {
            center.serve(context);
        } catch (RuntimeException e) {
            center.close();
            throw e;
        }
        return center;
    }

    public static void main(String[] args) {
        System.exit(ServiceMain.run("center", CenterConfig.class, args, Center::start));
    }

    private void serve(ServiceContext<CenterConfig> context) {
        CenterConfig config = context.config();
        Access access = new Access(directory);
        Savers savers = new Savers(links.savers, repeats);
        Map<String, Membership> services =
                SERVICES.stream().collect(Collectors.toMap(Function.identity(), context::members));
        server.start(
                List.of(
                        Messaging.service(
                                access,
                                savers,
                                links.savers,
                                links.rooms,
                                lookups,
                                repeats,
                                context.members("center"),
                                config.pushes(),
                                context.clock(),
                                context.meters()),
                        new UsersService(access, savers, lookups, repeats, context.clock()),
                        Operating.service(
                                access,
                                savers,
                                directory,
                                services,
                                links.rooms,
                                links.registers,
                                links.savers,
                                new SecureRandom(),
                                context.clock(),
                                context.meters())),
                OpenApi::describe,
                delegate -> new Authenticator(delegate, directory, context.clock()));
        context.health("directory", directory::loaded);
        context.advertise(Advertisement.of(config.link().reachableHost(), 0, config.zone())
                .withAttributes(Map.of(API_ATTRIBUTE, server.url())));
    }

    @Override
    public void drain(Duration atMost) {
        server.drain(atMost);
    }

    @Override
    public void close() {
        server.close();
        lookups.close();
        directory.close();
        repeats.close();
        links.close();
    }

    /** The links to the services that it calls, all on one event loop. */
    private record Links(LinkLoops loops, LinkClient savers, LinkClient registers, LinkClient rooms)
            implements AutoCloseable {
        static Links open(ServiceContext<CenterConfig> context) {
            LinkLoops loops = LinkLoops.start("center", context.config().links().threads());
            return new Links(
                    loops,
                    link(context, "saver", loops),
                    link(context, "register", loops),
                    link(context, "room", loops));
        }

        private static LinkClient link(ServiceContext<CenterConfig> context, String service, LinkLoops loops) {
            return new LinkClient(
                    "center/" + context.name(),
                    service,
                    context.members(service),
                    context.config().links(),
                    context.meters(),
                    loops);
        }

        @Override
        public void close() {
            rooms.close();
            registers.close();
            savers.close();
            loops.close();
        }
    }
}
