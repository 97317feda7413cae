package io.hawser.center.broadcast;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.RegisterTotals;
import io.hawser.rpc.v1.RegisterTotalsRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * How many sessions apps have, by the registers. A register that does not answer may have any number: an app whose size is
 * not known counts as large, as a pace that was not needed costs less than one that was missing.
 */
final class AppSizes {
    static final long UNKNOWN = Long.MAX_VALUE;

    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int MAX_APPS = 10_000;

    private final LinkClient registers;
    private final AsyncCache<String, Long> sizes;

    /** Asks again when a number is older than {@code maxAge}. */
    AppSizes(LinkClient registers, Duration maxAge) {
        this.registers = registers;
        this.sizes = Caffeine.newBuilder()
                .expireAfterWrite(maxAge)
                .maximumSize(MAX_APPS)
                .buildAsync();
    }

    /** Returns the sessions there are, or {@link #UNKNOWN}; never fails. */
    CompletableFuture<Long> sessions(String app) {
        return sizes.get(app, (key, executor) -> ask(key)).exceptionally(failure -> UNKNOWN);
    }

    /** Fails where one does not answer, so that the number is not kept. */
    private CompletableFuture<Long> ask(String app) {
        RegisterTotalsRequest request =
                RegisterTotalsRequest.newBuilder().setApp(app).build();
        List<CompletableFuture<RegisterTotals>> asked = registers.membership().view().peers().stream()
                .map(register -> ask(register, request))
                .toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(all -> asked.stream()
                        .mapToLong(one -> one.join().getSessions())
                        .sum());
    }

    private CompletableFuture<RegisterTotals> ask(Peer register, RegisterTotalsRequest request) {
        return registers.call(
                Route.peer(register.name()), RegisterGrpc.getTotalsMethod(), request, request.getApp(), TIMEOUT);
    }
}
