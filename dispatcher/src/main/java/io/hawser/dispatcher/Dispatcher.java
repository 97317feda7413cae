package io.hawser.dispatcher;

import io.hawser.keeper.Advertisement;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceMain;
import io.hawser.keeper.config.AtStartKeys;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.Membership;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The dispatcher service: rooms report their load to it, clients ask it where to connect. */
public final class Dispatcher implements Service {
    /** The attribute under which a dispatcher tells where clients ask: {@code http://host:port}. */
    public static final String HTTP_ATTRIBUTE = "http";

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private final AddressServer http;
    private final ReportDesk desk;
    private @Nullable LinkServer link;
    private @Nullable AutoCloseable membership;

    public static void main(String[] args) {
        System.exit(ServiceMain.run("dispatcher", DispatcherConfig.class, args, Dispatcher::start));
    }

    /** Starts a dispatcher that serves by the context's configuration; it knows no room until one reports. */
    public static Service start(ServiceContext<DispatcherConfig> context) {
        DispatcherConfig config = context.config();
        RoomReports reports = new RoomReports(
                () -> context.config().reports(), context.members("room"), System::nanoTime, context.meters());
        AddressService addresses =
                new AddressService(reports::snapshot, () -> context.config().addresses(), context.meters());
        Dispatcher dispatcher = new Dispatcher(
                AddressServer.start(config.http(), addresses, context.meters()),
                new ReportDesk(reports, () -> context.config().reports().refreshEvery()));
        context.onConfigChange(new AtStartKeys<>(config, DispatcherConfig::isLive, context.meters()));
        try {
            context.advertise(dispatcher.serve(config, context.members("room"), context.meters()));
            return dispatcher;
        } catch (RuntimeException e) {
            dispatcher.close();
            throw e;
        }
    }

    private Dispatcher(AddressServer http, ReportDesk desk) {
        this.http = http;
        this.desk = desk;
    }

    @Override
    public void drain(Duration atMost) {
        http.stop(atMost);
    }

    @Override
    public void close() {
        http.close();
        if (link != null) {
            link.close();
        }
        unsubscribe();
        desk.close();
    }

    private Advertisement serve(DispatcherConfig config, Membership rooms, MeterRegistry meters) {
        membership = rooms.onChange(_ -> desk.refreshSoon());
        LinkServer started = desk.serve(LinkServer.builder(config.serving(), meters))
                .start(config.link().host(), config.link().port());
        link = started;
        String host = config.link().reachableHost();
        String httpHost =
                config.http().advertisedHost().isEmpty() ? host : config.http().advertisedHost();
        return Advertisement.of(host, started.port(), config.zone())
                .withAttributes(Map.of(HTTP_ATTRIBUTE, "http://" + httpHost + ":" + http.port()));
    }

    private void unsubscribe() {
        try {
            if (membership != null) {
                membership.close();
            }
        } catch (Exception e) {
            log.warn("Could not end the subscription to the rooms' membership", e);
        }
    }
}
