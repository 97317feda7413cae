package io.hawser.center.http;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.hawser.rpc.problem.Problem;
import io.hawser.wire.ErrorCode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Refuses bodies that are not said to be JSON, which the transcoder would call malformed. */
final class JsonOnly extends SimpleDecoratingHttpService {
    JsonOnly(HttpService delegate) {
        super(delegate);
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        MediaType type = request.contentType();
        if (request.method() == HttpMethod.GET || Refusals.isGrpc(type) || isJson(type) || isEmpty(request)) {
            return unwrap().serve(context, request);
        }
        String said = request.headers().get("content-type", "none");
        return Refusals.problem(
                Problem.of(
                        ErrorCode.INVALID_ARGUMENT,
                        HttpStatus.UNSUPPORTED_MEDIA_TYPE.code(),
                        "content-type: " + said + " (expected: application/json)"),
                0);
    }

    /** A call whose path says it all, such as {@code :recall}. */
    private static boolean isEmpty(HttpRequest request) {
        return request.contentType() == null && request.headers().contentLength() <= 0;
    }

    private static boolean isJson(@Nullable MediaType type) {
        return type != null
                && type.is(MediaType.JSON)
                && StandardCharsets.UTF_8.equals(type.charset(StandardCharsets.UTF_8));
    }
}
