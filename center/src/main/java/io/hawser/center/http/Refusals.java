package io.hawser.center.http;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import io.grpc.Metadata;
import io.grpc.Status;
import io.hawser.rpc.problem.Problem;
import io.hawser.wire.HawserException;
import org.jspecify.annotations.Nullable;

/** How a refusal is told: a problem document to callers of the JSON side, a status and trailers to those of gRPC. */
public final class Refusals {
    /** Trailer with the name of the error code. */
    static final Metadata.Key<String> CODE = Metadata.Key.of("hawser-code", Metadata.ASCII_STRING_MARSHALLER);

    static final Metadata.Key<String> RETRY_AFTER = Metadata.Key.of("retry-after", Metadata.ASCII_STRING_MARSHALLER);

    private static final MediaType PROBLEM = MediaType.parse(Problem.MEDIA_TYPE);
    private static final String CHALLENGE = "Bearer realm=\"hawser\"";

    private Refusals() {}

    /** Answers a request before it reaches a service. */
    public static HttpResponse answer(RequestHeaders request, HawserException refusal) {
        return isGrpc(request.contentType()) ? grpc(refusal) : problem(Problem.of(refusal), retryAfter(refusal));
    }

    static HttpResponse problem(Problem problem, int retryAfterSeconds) {
        return document(problem, retryAfterSeconds).toHttpResponse();
    }

    static AggregatedHttpResponse document(Problem problem, int retryAfterSeconds) {
        ResponseHeadersBuilder headers =
                ResponseHeaders.builder(HttpStatus.valueOf(problem.status())).contentType(PROBLEM);
        if (problem.status() == HttpStatus.UNAUTHORIZED.code()) {
            headers.set(HttpHeaderNames.WWW_AUTHENTICATE, CHALLENGE);
        }
        if (retryAfterSeconds > 0) {
            headers.setInt(HttpHeaderNames.RETRY_AFTER, retryAfterSeconds);
        }
        return AggregatedHttpResponse.of(
                headers.build(), HttpData.ofUtf8(inJson(problem).toJson()));
    }

    private static Problem inJson(Problem problem) {
        return new Problem(
                problem.type(), problem.title(), problem.status(), FieldNames.inJson(problem.detail()), problem.code());
    }

    /** The status of a gRPC answer; adds the trailers to {@code metadata}. */
    static Status grpcStatus(HawserException refusal, Metadata metadata) {
        metadata.put(CODE, refusal.code().name());
        if (retryAfter(refusal) > 0) {
            metadata.put(RETRY_AFTER, Integer.toString(retryAfter(refusal)));
        }
        return Status.fromCodeValue(refusal.code().grpcStatus()).withDescription(refusal.getMessage());
    }

    /** Seconds after which it is worth trying again; 0: trying again does not help. */
    static int retryAfter(HawserException refusal) {
        return switch (refusal.code()) {
            case RESOURCE_EXHAUSTED, UNAVAILABLE, NOT_OWNER, DRAINING -> 1;
            default -> 0;
        };
    }

    static boolean isGrpc(@Nullable MediaType contentType) {
        return contentType != null
                && GrpcSerializationFormats.values().stream().anyMatch(format -> format.isAccepted(contentType));
    }

    /** Trailers alone: the answer of a gRPC call that has no message. */
    private static HttpResponse grpc(HawserException refusal) {
        ResponseHeadersBuilder headers = ResponseHeaders.builder(HttpStatus.OK)
                .contentType(GrpcSerializationFormats.PROTO.mediaType())
                .endOfStream(true)
                .setInt("grpc-status", refusal.code().grpcStatus())
                .set("grpc-message", GrpcText.percentEncode(String.valueOf(refusal.getMessage())))
                .set(CODE.name(), refusal.code().name());
        if (retryAfter(refusal) > 0) {
            headers.setInt(RETRY_AFTER.name(), retryAfter(refusal));
        }
        return HttpResponse.of(headers.build());
    }
}
