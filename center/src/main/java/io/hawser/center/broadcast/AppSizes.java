package io.hawser.center.broadcast;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.RegisterTotals;
import io.hawser.rpc.v1.RegisterTotalsRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * How many sessions apps have, by the registers. One that does not answer may have any number of them: what was heard last
 * stands in for a while, as apps do not grow large in minutes, and broadcasts that took turns because a register stood still
 * for a moment would go on to do so long after. An app of which nothing was heard counts as large: a pace that was not needed
 * costs less than one that was missing.
 */
final class AppSizes {
    static final long UNKNOWN = Long.MAX_VALUE;
    /** How long a number stands in for one that cannot be had. */
    static final Duration REMEMBERED = Duration.ofMinutes(10);

    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int MAX_APPS = 10_000;

    private final Function<String, CompletableFuture<Long>> registers;
    private final AsyncCache<String, Long> sizes;
    private final Cache<String, Long> heard;

    /** Asks again when a number is older than {@code maxAge}. */
    AppSizes(LinkClient registers, Duration maxAge) {
        this(app -> ask(registers, app), maxAge, Ticker.systemTicker());
    }

    /** @param registers fails where one of them does not answer */
    AppSizes(Function<String, CompletableFuture<Long>> registers, Duration maxAge, Ticker ticker) {
        this.registers = registers;
        this.sizes = Caffeine.newBuilder()
                .expireAfterWrite(maxAge)
                .maximumSize(MAX_APPS)
                .ticker(ticker)
                .buildAsync();
        this.heard = Caffeine.newBuilder()
                .expireAfterWrite(REMEMBERED)
                .maximumSize(MAX_APPS)
                .ticker(ticker)
                .build();
    }

    /** Returns the sessions there are, or were, or {@link #UNKNOWN}; never fails. */
    CompletableFuture<Long> sessions(String app) {
        return sizes.get(app, (key, executor) -> ask(key)).exceptionally(failure -> last(app));
    }

    private CompletableFuture<Long> ask(String app) {
        return registers.apply(app).thenApply(sessions -> {
            heard.put(app, sessions);
            return sessions;
        });
    }

    private long last(String app) {
        Long sessions = heard.getIfPresent(app);
        return sessions == null ? UNKNOWN : sessions;
    }

    /** Fails where one does not answer, so that the number is not kept. */
    private static CompletableFuture<Long> ask(LinkClient registers, String app) {
        RegisterTotalsRequest request =
                RegisterTotalsRequest.newBuilder().setApp(app).build();
        List<CompletableFuture<RegisterTotals>> asked = registers.membership().view().peers().stream()
                .map(register -> ask(registers, register, request))
                .toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(all -> asked.stream()
                        .mapToLong(one -> one.join().getSessions())
                        .sum());
    }

    private static CompletableFuture<RegisterTotals> ask(
            LinkClient registers, Peer register, RegisterTotalsRequest request) {
        return registers.call(
                Route.peer(register.name()), RegisterGrpc.getTotalsMethod(), request, request.getApp(), TIMEOUT);
    }
}
