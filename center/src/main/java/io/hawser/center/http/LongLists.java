package io.hawser.center.http;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceOptions;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.hawser.api.v1.BroadcastsGrpc;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

/**
 * Lets requests with long lists of users be larger than others: only the call that takes such lists, and only some at once,
 * as each is in memory whole.
 */
final class LongLists extends SimpleDecoratingHttpService {
    private static final Pattern JSON = Pattern.compile("/v1/apps/[^/]+/broadcasts");
    private static final String GRPC =
            "/" + BroadcastsGrpc.getCreateBroadcastMethod().getFullMethodName();

    private final Room room;

    LongLists(HttpService delegate, Room room) {
        super(delegate);
        this.room = room;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        if (!room.mayNeed(request)) {
            return unwrap().serve(context, request);
        }
        if (!room.enter()) {
            return Refusals.answer(request.headers(), room.refusal());
        }
        var _ = context.log().whenComplete().thenRun(room::leave);
        return unwrap().serve(context, request);
    }

    /** Else the server would collect the request before anything here is asked. */
    @Override
    public ExchangeType exchangeType(RoutingContext routing) {
        return ExchangeType.BIDI_STREAMING;
    }

    /** By this, the server goes by the limit of such requests. */
    @Override
    public ServiceOptions options() {
        return ServiceOptions.builder()
                .maxRequestLength(room.limits.maxListRequestBytes().bytes())
                .build();
    }

    /** Whether it is the route of the call that takes long lists. */
    static boolean isTakenBy(Route route) {
        String path = route.patternString();
        return path.equals(GRPC)
                || (route.methods().contains(HttpMethod.POST)
                        && JSON.matcher(path).matches());
    }

    /** Who is let in; one for the whole server. */
    static final class Room {
        private final ApiLimits limits;
        private final Semaphore free;
        private final Counter refused;

        Room(ApiLimits limits, MeterRegistry meters) {
            this.limits = limits;
            this.free = new Semaphore(limits.maxListRequests());
            this.refused = Counter.builder("hawser.center.requests.lists.refused")
                    .description("Requests with long lists refused because as many are in hand as may be")
                    .register(meters);
        }

        /** Whether it is too large for others, or does not say how large it is. */
        private boolean mayNeed(HttpRequest request) {
            long bytes = request.headers().contentLength();
            return bytes < 0 || bytes > limits.maxRequestBytes().bytes();
        }

        private boolean enter() {
            boolean entered = free.tryAcquire();
            if (!entered) {
                refused.increment();
            }
            return entered;
        }

        private void leave() {
            free.release();
        }

        private HawserException refusal() {
            return HawserException.refusal(
                    ErrorCode.UNAVAILABLE,
                    "requests: too many with long lists at once (expected: at most " + limits.maxListRequests() + ")");
        }
    }
}
