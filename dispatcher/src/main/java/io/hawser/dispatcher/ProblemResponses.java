package io.hawser.dispatcher;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpResponseException;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.hawser.rpc.problem.Problem;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has every answer that is not a success be a problem document, those of the HTTP server itself included. */
final class ProblemResponses implements ServerErrorHandler {
    private static final Logger log = LoggerFactory.getLogger(ProblemResponses.class);

    static HttpResponse of(Problem problem) {
        return HttpResponse.of(
                ResponseHeaders.of(
                        HttpStatus.valueOf(problem.status()), HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE),
                HttpData.ofUtf8(problem.toJson()));
    }

    @Override
    public @Nullable HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
        return switch (cause) {
            case HawserException refusal -> of(Problem.of(refusal));
            case HttpResponseException carried -> carried.httpResponse();
            case HttpStatusException status -> of(ofStatus(status.httpStatus(), null));
            case RequestTimeoutException timeout ->
                of(Problem.of(ErrorCode.DEADLINE_EXCEEDED, 503, "no answer in time (expected: try again later)"));
            default -> {
                log.error("A request failed", cause);
                yield of(Problem.of(ErrorCode.INTERNAL, "the request failed here"));
            }
        };
    }

    @Override
    public AggregatedHttpResponse renderStatus(
            @Nullable ServiceRequestContext context,
            ServiceConfig config,
            @Nullable RequestHeaders headers,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        return AggregatedHttpResponse.of(
                ResponseHeaders.of(status, HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE),
                HttpData.ofUtf8(ofStatus(status, description).toJson()));
    }

    private static Problem ofStatus(HttpStatus status, @Nullable String description) {
        ErrorCode code = switch (status.code()) {
            case 404 -> ErrorCode.NOT_FOUND;
            case 405, 501 -> ErrorCode.UNIMPLEMENTED;
            case 408, 504 -> ErrorCode.DEADLINE_EXCEEDED;
            case 429 -> ErrorCode.RESOURCE_EXHAUSTED;
            case 503 -> ErrorCode.UNAVAILABLE;
            default -> status.isClientError() ? ErrorCode.INVALID_ARGUMENT : ErrorCode.INTERNAL;
        };
        int number = Math.clamp(status.code(), 400, 599);
        return Problem.of(code, number, description == null ? status.reasonPhrase() : description);
    }
}
