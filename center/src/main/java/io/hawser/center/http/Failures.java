package io.hawser.center.http;

import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestContext;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.grpc.GrpcExceptionHandlerFunction;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.grpc.UnframedGrpcErrorHandler;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.hawser.rpc.problem.Problem;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.netty.util.AttributeKey;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns whatever a call fails with into the platform's one form of refusal: what services throw, and what the server
 * itself finds wrong (no such path, wrong method, malformed JSON, too large, too late).
 */
final class Failures implements GrpcExceptionHandlerFunction, UnframedGrpcErrorHandler, ServerErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    private static final AttributeKey<HawserException> REFUSAL = AttributeKey.valueOf(Failures.class, "REFUSAL");

    /** Of a gRPC service, for both sides: the JSON side takes the refusal out of the context again. */
    @Override
    public Status apply(RequestContext context, Status status, Throwable cause, Metadata metadata) {
        HawserException refusal = refusalOf(context, status, cause);
        context.setAttr(REFUSAL, refusal);
        return Refusals.grpcStatus(refusal, metadata);
    }

    /** Of the JSON side, for what a gRPC service answered. */
    @Override
    public HttpResponse handle(ServiceRequestContext context, Status status, AggregatedHttpResponse response) {
        HawserException refusal = context.attr(REFUSAL);
        return problem(refusal != null ? refusal : ofStatus(status));
    }

    /** Of the server, for what decorators and the transcoder throw. */
    @Override
    public HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
        Throwable root = unwrap(cause);
        if (root instanceof HttpStatusException failed) {
            return ofHttpStatus(context, failed);
        }
        return Refusals.answer(context.request().headers(), refusalOf(context, Status.UNKNOWN, root));
    }

    /** Of the server, for requests that never became one. */
    @Override
    public AggregatedHttpResponse renderStatus(
            @Nullable ServiceRequestContext context,
            ServiceConfig config,
            @Nullable RequestHeaders headers,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        if (status.equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE)) {
            return Refusals.document(
                    Problem.of(tooLarge(context == null ? config.maxRequestLength() : context.maxRequestLength())), 0);
        }
        Problem problem = problemOf(status, detailOf(status, headers, cause));
        return Refusals.document(problem, 0);
    }

    private HawserException refusalOf(RequestContext context, Status status, Throwable cause) {
        Throwable root = unwrap(cause);
        return switch (root) {
            case HawserException refusal -> logged(context, refusal);
            case ContentTooLargeException tooLarge -> tooLarge(tooLarge.maxContentLength());
            case Throwable failure
            when isMalformed(failure) ->
                HawserException.refusal(
                        ErrorCode.INVALID_ARGUMENT,
                        "request: no valid message (expected: Protobuf with text in UTF-8)");
            case RequestTimeoutException late ->
                HawserException.refusal(ErrorCode.DEADLINE_EXCEEDED, "request: no answer in time");
            default ->
                status.getCode() == Status.Code.UNKNOWN || status.getCode() == Status.Code.INTERNAL
                        ? logged(context, new HawserException(ErrorCode.INTERNAL, "a fault of ours", root))
                        : ofStatus(status);
        };
    }

    /** Said of the request alone: whatever else is parsed is not in a status yet. */
    private static boolean isMalformed(Throwable failure) {
        return failure instanceof StatusRuntimeException refused
                && refused.getCause() instanceof InvalidProtocolBufferException;
    }

    /** Our own faults are for us to see, and not for the caller; so is what brought a refusal about. */
    private static HawserException logged(RequestContext context, HawserException refusal) {
        Throwable cause = refusal.getCause();
        if (refusal.code() != ErrorCode.INTERNAL && cause == null) {
            return refusal;
        }
        String id = context instanceof ServiceRequestContext service ? RequestId.of(service) : "?";
        if (refusal.code() != ErrorCode.INTERNAL) {
            LOG.warn("Request {} failed: {}: {}", id, refusal.getMessage(), String.valueOf(cause));
            return refusal;
        }
        LOG.error("Request {} failed", id, refusal);
        return HawserException.refusal(ErrorCode.INTERNAL, "request " + id + " met a fault of ours");
    }

    private static HawserException ofStatus(Status status) {
        String said = status.getDescription();
        return HawserException.refusal(codeOf(status.getCode()), said == null ? "request: " + status.getCode() : said);
    }

    private static ErrorCode codeOf(Status.Code code) {
        return switch (code) {
            case INVALID_ARGUMENT, OUT_OF_RANGE -> ErrorCode.INVALID_ARGUMENT;
            case UNAUTHENTICATED -> ErrorCode.UNAUTHENTICATED;
            case PERMISSION_DENIED -> ErrorCode.PERMISSION_DENIED;
            case NOT_FOUND -> ErrorCode.NOT_FOUND;
            case ALREADY_EXISTS -> ErrorCode.ALREADY_EXISTS;
            case RESOURCE_EXHAUSTED -> ErrorCode.RESOURCE_EXHAUSTED;
            case UNAVAILABLE, ABORTED -> ErrorCode.UNAVAILABLE;
            case DEADLINE_EXCEEDED -> ErrorCode.DEADLINE_EXCEEDED;
            case UNIMPLEMENTED -> ErrorCode.UNIMPLEMENTED;
            case CANCELLED -> ErrorCode.CANCELLED;
            case FAILED_PRECONDITION -> ErrorCode.FAILED_PRECONDITION;
            case OK, UNKNOWN, INTERNAL, DATA_LOSS -> ErrorCode.INTERNAL;
        };
    }

    private HttpResponse ofHttpStatus(ServiceRequestContext context, HttpStatusException failed) {
        if (failed.httpStatus().equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE)) {
            return problem(tooLarge(context.maxRequestLength()));
        }
        String detail = detailOf(failed.httpStatus(), context.request().headers(), failed.getCause());
        return Refusals.problem(problemOf(failed.httpStatus(), detail), 0);
    }

    private static String detailOf(HttpStatus status, @Nullable RequestHeaders headers, @Nullable Throwable cause) {
        String path = headers == null ? "" : headers.path();
        return switch (status.code()) {
            case 404 -> "path: " + path + " (expected: one of the API's, see /docs)";
            case 405 ->
                "method: " + (headers == null ? "" : headers.method()) + " (expected: the one that " + path + " has)";
            default -> Transcoding.detail(cause, status.reasonPhrase());
        };
    }

    private static Problem problemOf(HttpStatus status, String detail) {
        ErrorCode code = switch (status.code()) {
            case 401 -> ErrorCode.UNAUTHENTICATED;
            case 403 -> ErrorCode.PERMISSION_DENIED;
            case 404 -> ErrorCode.NOT_FOUND;
            case 405 -> ErrorCode.UNIMPLEMENTED;
            case 413 -> ErrorCode.BODY_TOO_LARGE;
            case 429 -> ErrorCode.RESOURCE_EXHAUSTED;
            case 503 -> ErrorCode.UNAVAILABLE;
            default -> status.code() < 500 ? ErrorCode.INVALID_ARGUMENT : ErrorCode.INTERNAL;
        };
        return Problem.of(code, status.code(), detail);
    }

    private HttpResponse problem(HawserException refusal) {
        return Refusals.problem(Problem.of(refusal), Refusals.retryAfter(refusal));
    }

    private static HawserException tooLarge(long maxRequestBytes) {
        return HawserException.refusal(
                ErrorCode.BODY_TOO_LARGE, "request: too large (expected: at most " + maxRequestBytes + " bytes)");
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? unwrap(failure.getCause())
                : failure;
    }
}
