package io.hawser.dispatcher;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.MediaTypeSet;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.hawser.rpc.problem.Problem;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/addresses}: where a client connects. */
final class AddressService implements HttpService {
    static final String PATH = "/v1/addresses";

    private static final int MAX_PARAMETERS = 16;
    private static final MediaTypeSet ANSWERS = MediaTypeSet.of(MediaType.JSON, MediaType.X_PROTOBUF);

    private final Function<Transport, Snapshot> snapshot;
    private final Supplier<AddressLimits> limits;
    private final Counter answered;
    private final Counter refused;
    private final Counter empty;

    AddressService(Function<Transport, Snapshot> snapshot, Supplier<AddressLimits> limits, MeterRegistry meters) {
        this.snapshot = snapshot;
        this.limits = limits;
        this.answered = meters.counter("hawser.dispatcher.answers", "outcome", "rooms");
        this.refused = meters.counter("hawser.dispatcher.answers", "outcome", "refused");
        this.empty = meters.counter("hawser.dispatcher.answers", "outcome", "no_rooms");
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        return switch (request.method()) {
            case GET, HEAD -> answer(context, request);
            default -> notAllowed(request.method());
        };
    }

    private HttpResponse answer(ServiceRequestContext context, HttpRequest request) {
        try {
            AddressLimits now = limits.get();
            MediaType answerType = ANSWERS.match(request.headers().accept());
            if (answerType == null && !request.headers().accept().isEmpty()) {
                return ProblemResponses.of(notAcceptable());
            }
            AddressQuery query = AddressQuery.parse(parameters(context.query()), now);
            AddressList list = snapshot.apply(query.transport())
                    .answer(query, (int) now.maxAge().toSeconds(), ThreadLocalRandom.current());
            return list == null ? noRooms(now) : answer(list, answerType);
        } catch (HawserException refusal) {
            refused.increment();
            return ProblemResponses.of(Problem.of(refusal));
        }
    }

    private HttpResponse answer(AddressList list, @Nullable MediaType type) {
        answered.increment();
        boolean protobuf = MediaType.X_PROTOBUF.equals(type);
        return HttpResponse.of(
                ResponseHeaders.of(
                        HttpStatus.OK,
                        HttpHeaderNames.CONTENT_TYPE,
                        protobuf ? MediaType.X_PROTOBUF : MediaType.JSON,
                        HttpHeaderNames.CACHE_CONTROL,
                        "no-store"),
                protobuf ? HttpData.wrap(list.toProtobuf()) : HttpData.ofAscii(list.toJson()));
    }

    private HttpResponse noRooms(AddressLimits now) {
        empty.increment();
        long seconds = now.retryAfter().toSeconds();
        long spread = ThreadLocalRandom.current().nextLong(seconds / 2 + 1);
        Problem problem =
                Problem.of(ErrorCode.UNAVAILABLE, "rooms: none takes clients now (expected: try again later)");
        return HttpResponse.of(
                ResponseHeaders.of(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        HttpHeaderNames.CONTENT_TYPE,
                        Problem.MEDIA_TYPE,
                        HttpHeaderNames.RETRY_AFTER,
                        seconds + spread),
                HttpData.ofUtf8(problem.toJson()));
    }

    private static HttpResponse notAllowed(HttpMethod method) {
        Problem problem = Problem.of(
                ErrorCode.UNIMPLEMENTED,
                HttpStatus.METHOD_NOT_ALLOWED.code(),
                "method: " + method + " (expected: GET)");
        return HttpResponse.of(
                ResponseHeaders.of(
                        HttpStatus.METHOD_NOT_ALLOWED,
                        HttpHeaderNames.CONTENT_TYPE,
                        Problem.MEDIA_TYPE,
                        HttpHeaderNames.ALLOW,
                        "GET, HEAD"),
                HttpData.ofUtf8(problem.toJson()));
    }

    private static Problem notAcceptable() {
        return Problem.of(
                ErrorCode.INVALID_ARGUMENT,
                HttpStatus.NOT_ACCEPTABLE.code(),
                "Accept: (expected: application/json or application/x-protobuf)");
    }

    private static Map<String, List<String>> parameters(@Nullable String query) {
        if (query == null) {
            return Map.of();
        }
        QueryParams parsed = QueryParams.fromQueryString(query, MAX_PARAMETERS);
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        parsed.names().forEach(name -> parameters.put(name, parsed.getAll(name)));
        return parameters;
    }
}
