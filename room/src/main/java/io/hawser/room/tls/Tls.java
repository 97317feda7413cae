package io.hawser.room.tls;

import io.hawser.room.connection.Carrier;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionStats;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS as it is to be for who connects now. A certificate that changes is taken where it is whole, and its key its own;
 * what is not leaves things as they are, and is said and counted. Connections that there are go on with what they began.
 */
public final class Tls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

    private final EventLoopGroup loops;
    private final Clock clock;
    private final TlsMeters meters;
    private final HandshakeWatch watch;
    private volatile SslContext current;
    /** What {@link #current} was made of, or what was refused last. */
    private TlsFiles seen;

    private String refusal = "";
    /** Of contexts that are not current any more. */
    private long resumedBefore;

    private boolean closed;

    private Tls(TlsConfig config, EventLoopGroup loops, Clock clock, MeterRegistry registry) {
        this.loops = loops;
        this.clock = clock;
        this.meters = new TlsMeters(clock, registry);
        this.watch = new HandshakeWatch(meters);
        this.seen = TlsFiles.read(config);
        this.current = make(seen);
        FunctionCounter.builder("hawser.room.tls.resumed", this, Tls::resumed)
                .description("Handshakes made short by a ticket of a configured key")
                .register(registry);
    }

    /**
     * Reads what there is.
     *
     * @param loops those of the connections
     * @throws HawserException INVALID_ARGUMENT: the files are not as they must be; UNAVAILABLE: there is no TLS here
     */
    public static Tls open(TlsConfig config, EventLoopGroup loops, Clock clock, MeterRegistry meters) {
        TlsContexts.checkLibrary();
        return new Tls(config, loops, clock, meters);
    }

    private SslContext make(TlsFiles files) {
        Credentials credentials = Credentials.of(files, clock.instant());
        SslContext context = TlsContexts.make(files, credentials);
        meters.loaded(credentials.notAfter());
        LOG.info("TLS by the certificate of {}", credentials);
        return context;
    }

    // For event loops.

    /** Puts TLS between the socket and all that follows. The deadline of the handshake is the connection's. */
    public void addTo(ChannelPipeline pipeline) {
        SslHandler handler = current.newHandler(pipeline.channel().alloc());
        handler.setHandshakeTimeoutMillis(0);
        pipeline.addLast(handler, watch);
    }

    /** Ends the output of a channel that has TLS: says so in TLS, and then to the network. */
    public static void endOutput(Channel channel) {
        var _ = channel.pipeline()
                .get(SslHandler.class)
                .closeOutbound()
                .addListener(said -> Carrier.shutdownOutput(channel));
    }

    // For the thread that looks after it.

    /** Looks whether anything is another than before, and takes it. */
    public synchronized void refresh(TlsConfig config) {
        try {
            TlsFiles files = TlsFiles.read(config);
            if (!closed && !files.equals(seen)) {
                replace(make(files));
                // Not before: what is refused for its date, or for a fault that passes, is tried again.
                seen = files;
            }
            refusal = "";
        } catch (HawserException e) {
            onRefused(String.valueOf(e.getMessage()), e);
        }
    }

    private void onRefused(String message, HawserException why) {
        if (!message.equals(refusal)) {
            refusal = message;
            meters.refused();
            LOG.error("TLS goes on as it is, for what there is now cannot be used: {}", message, why);
        }
    }

    private void replace(SslContext next) {
        SslContext old = current;
        resumedBefore += resumed(old);
        current = next;
        releaseUnused(old);
    }

    /** An event loop may be about to use it: not any more once each has come to its next task. */
    private void releaseUnused(SslContext old) {
        List<CompletableFuture<?>> passed = new ArrayList<>();
        try {
            for (EventExecutor loop : loops) {
                passed.add(CompletableFuture.runAsync(() -> {}, loop));
            }
        } catch (RejectedExecutionException e) {
            LOG.trace("No event loop is left to use it", e);
        }
        var _ = CompletableFuture.allOf(passed.toArray(CompletableFuture[]::new))
                .whenComplete((done, failure) -> ReferenceCountUtil.release(old));
    }

    private synchronized double resumed() {
        return closed ? resumedBefore : resumedBefore + resumed(current);
    }

    private static long resumed(SslContext context) {
        OpenSslSessionStats stats = ((OpenSslSessionContext) context.sessionContext()).stats();
        return stats.ticketKeyResume() + stats.ticketKeyRenew();
    }

    /** To be called when the event loops have ended. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            resumedBefore += resumed(current);
            ReferenceCountUtil.release(current);
        }
    }
}
