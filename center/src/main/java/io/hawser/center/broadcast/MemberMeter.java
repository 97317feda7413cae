package io.hawser.center.broadcast;

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
import java.util.function.Supplier;

/**
 * Holds what is written to members at once, and not at a pace, to the members a second that its app may reach. How many one
 * reaches is known when it was written: it may be more than is left, and the next one waits until that is made up for. The
 * limit is the app's in the whole platform, so each center grants its share of it.
 */
final class MemberMeter {
    private static final int MAX_BUCKETS = 10_000;

    private final Membership centers;
    private final Supplier<BroadcastSettings> settings;
    private final Cache<Allowance, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(MAX_BUCKETS)
            .executor(Runnable::run)
            .build();
    private final Counter refused;

    MemberMeter(Membership centers, Supplier<BroadcastSettings> settings, MeterRegistry meters) {
        this.centers = centers;
        this.settings = settings;
        this.refused = Counter.builder("hawser.center.broadcasts.over.limit")
                .description("TRANSIENT broadcasts refused because their app reaches more members a second than it may")
                .register(meters);
    }

    /** What was taken for one broadcast. */
    interface Taken {
        /** It was written to so many members. */
        void reached(long members);
    }

    /**
     * Takes what a broadcast is expected to reach.
     *
     * @param sessions of the app
     * @throws HawserException RESOURCE_EXHAUSTED where earlier ones reached more than the app may
     */
    Taken take(App app, long sessions, long expected) {
        int perSecond = Pace.of(app, sessions, 0, settings.get()).membersPerSecond();
        if (perSecond == 0) {
            return members -> {};
        }
        Bucket bucket = buckets.get(allowance(app, perSecond), Allowance::newBucket);
        if (!bucket.tryConsume(1)) {
            refused.increment();
            throw HawserException.refusal(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "members: over the app's limit (expected: at most " + perSecond + " a second)");
        }
        long taken = Math.max(expected, 1);
        owe(bucket, taken - 1);
        return members -> settle(bucket, members - taken);
    }

    private static void settle(Bucket bucket, long more) {
        if (more < 0) {
            bucket.addTokens(-more);
        } else {
            owe(bucket, more);
        }
    }

    private static void owe(Bucket bucket, long members) {
        if (members > 0) {
            var _ = bucket.consumeIgnoringRateLimits(members);
        }
    }

    private Allowance allowance(App app, int perSecond) {
        int sharers = Math.max(1, centers.view().peers().size());
        return new Allowance(app.getId(), Math.max(1, perSecond / sharers));
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
