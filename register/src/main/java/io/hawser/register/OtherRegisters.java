package io.hawser.register;

import io.hawser.rpc.link.Caller;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.HandOverReply;
import io.hawser.rpc.v1.HandOverRequest;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.LookupRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The link to the other registers, those that left a short while ago among them. */
final class OtherRegisters implements HandOver.Carrier, OwnersBefore, AutoCloseable {
    private static final String CALLER = "register/";

    private final RecentRegisters recent;
    private final LinkClient link;
    private final Supplier<HandOverSettings> settings;

    OtherRegisters(
            String name,
            Membership registers,
            LinkSettings links,
            Supplier<HandOverSettings> settings,
            MeterRegistry meters) {
        this.recent = new RecentRegisters(registers, System::nanoTime);
        this.link = new LinkClient(CALLER + name, "register", recent, links, meters);
        this.settings = settings;
    }

    /** Which of them called. */
    static String name(Caller caller) {
        String name = caller.name();
        return name.startsWith(CALLER) ? name.substring(CALLER.length()) : name;
    }

    @Override
    public CompletableFuture<HandOverReply> carry(Peer to, HandOverRequest request) {
        return link.call(
                Route.peer(to),
                RegisterGrpc.getHandOverMethod(),
                request,
                "",
                settings.get().timeout());
    }

    @Override
    public CompletableFuture<LookupReply> ask(Peer before, LookupRequest request) {
        return link.call(
                Route.peer(before),
                RegisterGrpc.getLookupMethod(),
                request,
                "",
                settings.get().askTimeout());
    }

    @Override
    public void endAfter(Duration within) {
        recent.forgetAfter(within.toNanos());
    }

    @Override
    public void close() {
        link.close();
        recent.close();
    }
}
