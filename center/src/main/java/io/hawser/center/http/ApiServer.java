package io.hawser.center.http;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.grpc.GrpcMeterIdPrefixFunction;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcService;
import com.linecorp.armeria.server.grpc.HttpJsonTranscodingOptions;
import com.linecorp.armeria.server.grpc.HttpJsonTranscodingQueryParamMatchRule;
import com.linecorp.armeria.server.metric.MetricCollectingService;
import io.grpc.BindableService;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import io.hawser.rpc.link.AcceptorLoop;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The HTTP server: gRPC and JSON on one port, and the pages that document both. */
public final class ApiServer implements AutoCloseable {
    private static final String WELCOME = """
            Hawser's API. Its documentation: /docs (to read and try), /openapi.json (OpenAPI 3).
            Calls carry a key: "Authorization: Bearer hk_<id>_<secret>".
            """;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final ApiListen listen;
    private final Supplier<ApiLimits> limits;
    private final SecureRandom random;
    private final Failures failures;
    private final Admission.Gate gate;
    private final LongLists.Room longLists;
    private final MeterRegistry meters;
    private volatile @Nullable Server server;

    /** Listens and takes its sizes as they are at the start; how much is let in, and for how long, may change. */
    public ApiServer(ApiListen listen, Supplier<ApiLimits> limits, SecureRandom random, MeterRegistry meters) {
        this.listen = listen;
        this.limits = limits;
        this.random = random;
        this.failures = new Failures();
        this.meters = meters;
        this.longLists = new LongLists.Room(limits.get(), meters);
        this.gate = new Admission.Gate(() -> limits.get().maxConcurrentRequests(), meters);
    }

    /**
     * Serves.
     *
     * @param openApi describes the services
     * @param documentation what is at {@code /docs}
     * @param authenticate goes before all calls, and not before the documentation
     * @throws RuntimeException where the port is taken or the host is not of this machine
     */
    public void start(
            List<BindableService> services,
            Function<List<ServiceDescriptor>, String> openApi,
            HttpService documentation,
            Function<HttpService, HttpService> authenticate) {
        Server starting =
                builder(services, openApi, documentation, authenticate).build();
        server = starting;
        try {
            starting.start().join();
        } catch (CompletionException e) {
            throw new IllegalStateException(
                    "api: cannot listen on " + listen.host() + ":" + listen.port(), e.getCause());
        }
    }

    /** Where callers reach it: {@code http://127.0.0.1:8080}. */
    public String url() {
        return listen.advertisedUrl().isEmpty() ? "http://" + listen.host() + ":" + port() : listen.advertisedUrl();
    }

    public int port() {
        Server running = server;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running.activeLocalPort();
    }

    /** Refuses new requests and lets those in hand end. */
    public void drain(Duration atMost) {
        gate.drain();
        gate.awaitEmpty(atMost);
    }

    @Override
    public void close() {
        Server running = server;
        if (running != null) {
            running.closeAsync()
                    .orTimeout(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(late -> null)
                    .join();
        }
    }

    private ServerBuilder builder(
            List<BindableService> services,
            Function<List<ServiceDescriptor>, String> openApi,
            HttpService documentation,
            Function<HttpService, HttpService> authenticate) {
        ApiLimits started = limits.get();
        String description = openApi.apply(descriptors(services));
        ServerBuilder server = Server.builder()
                .http(new InetSocketAddress(listen.host(), listen.port()))
                .bossGroupFactory(ApiServer::acceptor)
                .maxNumConnections(started.maxConnections())
                .idleTimeout(started.idleTimeout())
                .requestTimeout(started.requestTimeout())
                .maxRequestLength(started.maxRequestBytes().bytes())
                .gracefulShutdownTimeout(Duration.ZERO, Duration.ZERO)
                // Who drained refuses what still comes: nobody need be given time to stop asking.
                .connectionDrainDuration(Duration.ZERO)
                .meterRegistry(meters)
                .errorHandler(failures)
                .service("/", (context, request) -> HttpResponse.of(HttpStatus.OK, MediaType.PLAIN_TEXT_UTF_8, WELCOME))
                .service(
                        "/openapi.json",
                        (context, request) -> HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, description))
                .serviceUnder("/docs", documentation)
                .decorator(delegate -> new RequestId(delegate, random));
        GrpcService calls = grpc(services);
        HttpService read = new JsonOnly(new JsonBody(calls, descriptors(services)));
        HttpService shorter = guarded(read, services, authenticate);
        HttpService longer = guarded(new LongLists(read, longLists), services, authenticate);
        calls.routes().forEach(route -> server.service(route, LongLists.isTakenBy(route) ? longer : shorter));
        return server;
    }

    /** Armeria's own would be waited for until it had nothing to do for two seconds. */
    private static EventLoopGroup acceptor(String threadName) {
        return switch (Flags.transportType()) {
            case EPOLL -> new AcceptorLoop(threadName, EpollIoHandler.newFactory());
            case NIO -> new AcceptorLoop(threadName, NioIoHandler.newFactory());
            case KQUEUE, IO_URING -> EventLoopGroups.newEventLoopGroup(1, threadName);
        };
    }

    /** What comes before a call's body is read; the last one is asked first. */
    private HttpService guarded(
            HttpService calls, List<BindableService> services, Function<HttpService, HttpService> authenticate) {
        HttpService known = new KnownParameters(calls, descriptors(services));
        HttpService admitted = new Admission(
                authenticate.apply(new UnicodePath(known)),
                gate,
                () -> limits.get().requestTimeout());
        return admitted.decorate(
                MetricCollectingService.newDecorator(GrpcMeterIdPrefixFunction.of("hawser.center.api")));
    }

    private static List<ServiceDescriptor> descriptors(List<BindableService> services) {
        return services.stream()
                .map(service -> (ProtoServiceDescriptorSupplier)
                        service.bindService().getServiceDescriptor().getSchemaDescriptor())
                .map(ProtoServiceDescriptorSupplier::getServiceDescriptor)
                .toList();
    }

    private GrpcService grpc(List<BindableService> services) {
        ApiJson json = new ApiJson();
        return GrpcService.builder()
                .addServices(services)
                .maxRequestMessageLength(
                        (int) limits.get().maxListRequestBytes().bytes())
                .exceptionHandler(failures)
                .jsonMarshallerFactory(service -> json)
                .enableHttpJsonTranscoding(HttpJsonTranscodingOptions.builder()
                        .queryParamMatchRules(
                                HttpJsonTranscodingQueryParamMatchRule.ORIGINAL_FIELD,
                                HttpJsonTranscodingQueryParamMatchRule.LOWER_CAMEL_CASE)
                        .errorHandler(failures)
                        .build())
                .build();
    }
}
