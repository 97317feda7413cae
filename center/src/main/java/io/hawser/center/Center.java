package io.hawser.center;

import io.hawser.center.access.Access;
import io.hawser.center.access.Authenticator;
import io.hawser.center.ban.BanBook;
import io.hawser.center.ban.BansService;
import io.hawser.center.broadcast.Broadcasting;
import io.hawser.center.callback.CallbacksService;
import io.hawser.center.docs.DocumentationPage;
import io.hawser.center.docs.OpenApi;
import io.hawser.center.group.GroupsService;
import io.hawser.center.http.ApiServer;
import io.hawser.center.link.Links;
import io.hawser.center.message.Messaging;
import io.hawser.center.message.Meter;
import io.hawser.center.message.Sends;
import io.hawser.center.operation.Audit;
import io.hawser.center.operation.Managing;
import io.hawser.center.operation.Operating;
import io.hawser.center.user.UsersService;
import io.hawser.keeper.Advertisement;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceMain;
import io.hawser.keeper.config.AtStartKeys;
import io.hawser.rpc.directory.AppDirectory;
import io.hawser.rpc.link.Membership;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The API, for apps' back ends and for operators. */
public final class Center implements Service {
    /** The attribute of its registration that says where the API is: {@code http://10.0.0.7:8080}. */
    public static final String API_ATTRIBUTE = "api";

    private static final List<String> SERVICES =
            List.of("center", "coordinator", "dispatcher", "register", "room", "saver");

    private final Links links;
    private final AppDirectory directory;
    private final ApiServer server;
    private final SecureRandom random = new SecureRandom();
    private volatile @Nullable Broadcasting broadcasting;

    private Center(ServiceContext<CenterConfig> context) {
        CenterConfig config = context.config();
        links = Links.open(
                "center/" + context.name(),
                context::members,
                config.links(),
                () -> context.config().repeats(),
                () -> context.config().lookups(),
                context.meters());
        directory = new AppDirectory(links.saver(), config.directory(), context.meters());
        server = new ApiServer(config.api(), () -> context.config().limits(), random, context.meters());
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
        Clock clock = context.clock();
        Access access = new Access(directory);
        Membership centers = context.members("center");
        Meter meter = new Meter(centers, context.meters());
        Sends sends = Messaging.sends(links, () -> context.config().pushes(), clock, context.meters());
        var messages = Messaging.service(access, meter, sends, links, clock);
        Managing managing = new Managing(access, new Audit(links.savers(), clock, context.meters()));
        Broadcasting opened = new Broadcasting(
                context.name(),
                context::incarnation,
                access,
                managing,
                meter,
                sends,
                links,
                centers,
                directory,
                () -> context.config().broadcasts(),
                clock,
                context.meters());
        broadcasting = opened;
        var groups = new GroupsService(access, links.savers());
        var users = new UsersService(access, managing, links, meter, sends, clock);
        var bans = new BansService(access, managing, new BanBook(managing, links.savers(), clock));
        var callbacks = new CallbacksService(access, managing, links.savers(), directory, random);
        var operations = Operating.service(
                access, links, directory, SERVICES, context::registrations, random, clock, context.meters());
        server.start(
                List.of(messages, opened.service(), groups, users, bans, callbacks, operations),
                OpenApi::describe,
                DocumentationPage.create(),
                delegate -> new Authenticator(delegate, directory, clock));
        opened.start();
        context.onConfigChange(new AtStartKeys<>(config, CenterConfig::isLive, context.meters()));
        context.health("directory", directory::loaded);
        context.advertise(Advertisement.of(config.link().reachableHost(), 0, config.zone())
                .withAttributes(Map.of(API_ATTRIBUTE, server.url())));
    }

    @Override
    public void drain(Duration atMost) {
        closeBroadcasting();
        server.drain(atMost);
    }

    @Override
    public void close() {
        closeBroadcasting();
        server.close();
        directory.close();
        links.close();
    }

    /** Once or twice: who drains is closed after. */
    private void closeBroadcasting() {
        Broadcasting open = broadcasting;
        if (open != null) {
            open.close();
        }
    }
}
