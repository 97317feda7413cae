package io.hawser.center.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bounds the requests in hand; while it drains, nothing new is let in. */
public final class Admission extends SimpleDecoratingHttpService {
    private final Gate gate;

    Admission(HttpService delegate, Gate gate) {
        super(delegate);
        this.gate = gate;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        if (!gate.enter()) {
            return Refusals.answer(request.headers(), gate.refusal());
        }
        var _ = context.log().whenComplete().thenRun(gate::leave);
        return unwrap().serve(context, request);
    }

    /** Counts who is in; one for the whole server. */
    static final class Gate {
        private final int max;
        private final Semaphore places;
        private final Counter refused;
        private volatile boolean draining;

        Gate(int max, MeterRegistry meters) {
            this.max = max;
            this.places = new Semaphore(max);
            this.refused = Counter.builder("hawser.center.requests.refused")
                    .description("Requests refused because as many are in hand as may be, or the service drains")
                    .register(meters);
            Gauge.builder("hawser.center.requests", this, gate -> max - gate.places.availablePermits())
                    .description("Requests in hand")
                    .register(meters);
        }

        boolean enter() {
            if (draining || !places.tryAcquire()) {
                refused.increment();
                return false;
            }
            return true;
        }

        void leave() {
            places.release();
        }

        void drain() {
            draining = true;
        }

        /** Waits until nobody is in, or the time is over. */
        void awaitEmpty(Duration atMost) {
            try {
                if (places.tryAcquire(max, atMost.toNanos(), TimeUnit.NANOSECONDS)) {
                    places.release(max);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        HawserException refusal() {
            return draining
                    ? HawserException.refusal(ErrorCode.DRAINING, "center: about to stop")
                    : HawserException.refusal(
                            ErrorCode.UNAVAILABLE, "requests: too many at once (expected: at most " + max + ")");
        }
    }
}
