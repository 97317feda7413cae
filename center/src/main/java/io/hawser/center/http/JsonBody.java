package io.hawser.center.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Checks bodies before the transcoder reads them, as it would let pass what {@link JsonDocument} refuses: it keeps the
 * last of two fields of one name, replaces what is no UTF-8, and writes the path's fields over the body's.
 */
final class JsonBody extends SimpleDecoratingHttpService {
    private final PathFields pathFields;

    JsonBody(HttpService delegate, List<ServiceDescriptor> services) {
        super(delegate);
        this.pathFields = new PathFields(services);
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        if (request.method() == HttpMethod.GET || Refusals.isGrpc(request.contentType())) {
            return unwrap().serve(context, request);
        }
        return HttpResponse.of(request.aggregate(context.eventLoop()).thenApply(whole -> serve(context, whole)));
    }

    private HttpResponse serve(ServiceRequestContext context, AggregatedHttpRequest request) {
        try {
            if (!request.content().isEmpty()) {
                JsonDocument.check(request.content().array(), pathFields.of(context));
            }
            HttpRequest again = request.toHttpRequest();
            context.updateRequest(again);
            return unwrap().serve(context, again);
        } catch (HawserException refusal) {
            return Refusals.answer(request.headers(), refusal);
        } catch (JsonProcessingException malformed) {
            return Refusals.answer(
                    request.headers(),
                    HawserException.refusal(ErrorCode.INVALID_ARGUMENT, Transcoding.malformed(malformed)));
        } catch (IOException e) {
            throw new UncheckedIOException("a body in memory can be read", e);
        } catch (Exception e) {
            return HttpResponse.ofFailure(e);
        }
    }
}
