package io.hawser.dispatcher;

import io.hawser.keeper.Advertisement;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceMain;
import io.hawser.rpc.link.LinkServer;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The dispatcher service: rooms report their load to it, clients ask it where to connect. */
public final class Dispatcher implements Service {
    /** The attribute under which a dispatcher tells where clients ask: {@code http://host:port}. */
    public static final String HTTP_ATTRIBUTE = "http";

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private final AutoCloseable membership;
    private final ReportDesk desk;
    private final AddressServer http;
    private final LinkServer link;

    public static void main(String[] args) {
        System.exit(ServiceMain.run("dispatcher", DispatcherConfig.class, args, Dispatcher::start));
    }

    /** Starts a dispatcher that serves by the context's configuration; it knows no room until one reports. */
    public static Service start(ServiceContext<DispatcherConfig> context) {
        DispatcherConfig config = context.config();
        RoomReports reports =
                new RoomReports(config.reports(), context.members("room"), System::nanoTime, context.meters());
        AddressService addresses =
                new AddressService(reports::snapshot, () -> context.config().addresses(), context.meters());
        AddressServer http = AddressServer.start(config.http(), addresses, context.meters());
        ReportDesk desk = new ReportDesk(reports, config.reports().refreshEvery());
        try {
            LinkServer link = desk.serve(LinkServer.builder(config.serving(), context.meters()))
                    .start(config.link().host(), config.link().port());
            Dispatcher dispatcher =
                    new Dispatcher(context.members("room").onChange(_ -> desk.refreshSoon()), desk, http, link);
            context.advertise(dispatcher.advertisement(config));
            return dispatcher;
        } catch (RuntimeException e) {
            desk.close();
            http.close();
            throw e;
        }
    }

    private Dispatcher(AutoCloseable membership, ReportDesk desk, AddressServer http, LinkServer link) {
        this.membership = membership;
        this.desk = desk;
        this.http = http;
        this.link = link;
    }

    @Override
    public void drain(Duration atMost) {
        http.stop(atMost);
    }

    @Override
    public void close() {
        http.close();
        link.close();
        try {
            membership.close();
        } catch (Exception e) {
            log.warn("Could not end the subscription to the rooms' membership", e);
        }
        desk.close();
    }

    private Advertisement advertisement(DispatcherConfig config) {
        String host = config.link().reachableHost();
        String httpHost =
                config.http().advertisedHost().isEmpty() ? host : config.http().advertisedHost();
        return Advertisement.of(host, link.port(), config.zone())
                .withAttributes(Map.of(HTTP_ATTRIBUTE, "http://" + httpHost + ":" + http.port()));
    }
}
