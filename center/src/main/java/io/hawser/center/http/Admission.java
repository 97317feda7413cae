package io.hawser.center.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bounds the requests in hand, and each one's time; while it drains, nothing new is let in. */
public final class Admission extends SimpleDecoratingHttpService {
    private final Gate gate;
    private final Supplier<Duration> timeout;

    Admission(HttpService delegate, Gate gate, Supplier<Duration> timeout) {
        super(delegate);
        this.gate = gate;
        this.timeout = timeout;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        if (!gate.enter()) {
            return Refusals.answer(request.headers(), gate.refusal());
        }
        var _ = context.log().whenComplete().thenRun(gate::leave);
        context.setRequestTimeout(TimeoutMode.SET_FROM_START, timeout.get());
        return unwrap().serve(context, request);
    }

    /** Counts who is in; one for the whole server. */
    static final class Gate {
        private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

        private final IntSupplier max;
        private final AtomicInteger inside = new AtomicInteger();
        private final CompletableFuture<Void> drained = new CompletableFuture<>();
        private final Counter refused;
        private volatile boolean draining;

        /** A limit that falls below the number of those inside sends nobody out. */
        Gate(IntSupplier max, MeterRegistry meters) {
            this.max = max;
            this.refused = Counter.builder("hawser.center.requests.refused")
                    .description("Requests refused because as many are in hand as may be, or the service drains")
                    .register(meters);
            Gauge.builder("hawser.center.requests", inside, AtomicInteger::get)
                    .description("Requests in hand")
                    .register(meters);
        }

        boolean enter() {
            if (inside.incrementAndGet() > max.getAsInt() || draining) {
                leave();
                refused.increment();
                return false;
            }
            return true;
        }

        void leave() {
            if (inside.decrementAndGet() == 0 && draining) {
                drained.complete(null);
            }
        }

        void drain() {
            draining = true;
            if (inside.get() == 0) {
                drained.complete(null);
            }
        }

        /** Once it drains: waits until nobody is in, or the time is over. */
        void awaitEmpty(Duration atMost) {
            try {
                drained.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                LOG.info("{} requests have not ended after {}", inside.get(), atMost);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }

        HawserException refusal() {
            return draining
                    ? HawserException.refusal(ErrorCode.DRAINING, "center: about to stop")
                    : HawserException.refusal(
                            ErrorCode.UNAVAILABLE,
                            "requests: too many at once (expected: at most " + max.getAsInt() + ")");
        }
    }
}
