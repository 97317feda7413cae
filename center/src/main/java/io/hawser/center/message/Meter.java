package io.hawser.center.message;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.v1.App;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/**
 * Holds apps to their sends a second: a token bucket an app that holds one second's worth. The limit is the app's in the
 * whole platform, so each center grants its share of it.
 */
public final class Meter {
    private static final int MAX_BUCKETS = 10_000;

    private final Membership centers;
    private final Cache<Allowance, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(MAX_BUCKETS)
            .executor(Runnable::run)
            .build();
    private final Counter refused;

    public Meter(Membership centers, MeterRegistry meters) {
        this.centers = centers;
        this.refused = Counter.builder("hawser.center.sends.over.limit")
                .description("Sends refused because their app sends more a second than it may")
                .register(meters);
    }

    /** Takes {@code sends} of the app's allowance; RESOURCE_EXHAUSTED where it is used up. */
    public void take(App app, int sends) {
        if (app.getMaxSendsPerSecond() == 0) {
            return;
        }
        Allowance allowance = allowance(app);
        if (sends > allowance.perSecond) {
            refused.increment(sends);
            throw HawserException.refusal(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "users: " + sends + " (expected: at most " + allowance.perSecond + ", the app's sends a second)");
        }
        if (!buckets.get(allowance, Allowance::newBucket).tryConsume(sends)) {
            refused.increment(sends);
            throw HawserException.refusal(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "sends: over the app's limit (expected: at most " + app.getMaxSendsPerSecond() + " a second)");
        }
    }

    private Allowance allowance(App app) {
        int sharers = Math.max(1, centers.view().peers().size());
        return new Allowance(app.getId(), Math.max(1, app.getMaxSendsPerSecond() / sharers));
    }

    /** Part of the key, so that a changed limit starts a new bucket. */
    private record Allowance(String app, int perSecond) {
        Bucket newBucket() {
            return Bucket.builder()
                    .addLimit(limit -> limit.capacity(perSecond).refillGreedy(perSecond, Duration.ofSeconds(1)))
                    .build();
        }
    }
}
