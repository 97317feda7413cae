package io.hawser.center.http;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Refuses query parameters that no call has, which the transcoder would pass over. Only calls by GET have any. */
final class KnownParameters extends SimpleDecoratingHttpService {
    private final Set<String> known;

    KnownParameters(HttpService delegate, List<ServiceDescriptor> services) {
        super(delegate);
        this.known = new TreeSet<>();
        services.forEach(service -> service.getMethods().forEach(this::learn));
    }

    private void learn(MethodDescriptor method) {
        HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
        method.getInputType().getFields().stream()
                .filter(field -> rule.hasGet() && !rule.getGet().contains('{' + field.getName() + '}'))
                .forEach(field -> known.addAll(List.of(field.getName(), field.getJsonName())));
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        if (context.query() != null) {
            for (String name : context.queryParams().names()) {
                if (request.method() != HttpMethod.GET || !known.contains(name)) {
                    return Refusals.answer(request.headers(), unknown(name, request.method()));
                }
            }
        }
        return unwrap().serve(context, request);
    }

    private HawserException unknown(String name, HttpMethod method) {
        String expected = method == HttpMethod.GET ? "one of " + String.join(", ", known) : "none";
        return HawserException.refusal(
                ErrorCode.INVALID_ARGUMENT, "query: " + name + ": unknown (expected: " + expected + ")");
    }
}
