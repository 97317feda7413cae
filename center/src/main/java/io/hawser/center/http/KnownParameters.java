package io.hawser.center.http;

import com.google.api.AnnotationsProto;
import com.google.protobuf.Descriptors.FieldDescriptor;
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
import java.util.regex.Pattern;

/**
 * Refuses query parameters that a call has not, or that are given twice, and what is neither true nor false where one of
 * them is asked for: the transcoder would pass the former over, and take the latter for false.
 */
final class KnownParameters extends SimpleDecoratingHttpService {
    private final List<Call> calls;

    KnownParameters(HttpService delegate, List<ServiceDescriptor> services) {
        super(delegate);
        this.calls = services.stream()
                .flatMap(service -> service.getMethods().stream())
                .filter(method ->
                        method.getOptions().getExtension(AnnotationsProto.http).hasGet())
                .map(Call::of)
                .toList();
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        if (context.query() != null) {
            Call call = called(request.method(), context.path());
            Set<String> known = call.parameters;
            for (String name : context.queryParams().names()) {
                if (!known.contains(name)) {
                    return Refusals.answer(request.headers(), unknown(name, known));
                }
                if (context.queryParams(name).size() > 1) {
                    return Refusals.answer(request.headers(), refusal(name + ": given twice (expected: once)"));
                }
                String given = context.queryParam(name);
                if (call.choices.contains(name) && !"true".equals(given) && !"false".equals(given)) {
                    return Refusals.answer(
                            request.headers(), refusal(name + ": " + given + " (expected: true or false)"));
                }
            }
        }
        return unwrap().serve(context, request);
    }

    private Call called(HttpMethod method, String path) {
        return calls.stream()
                .filter(call ->
                        method == HttpMethod.GET && call.path.matcher(path).matches())
                .findFirst()
                .orElse(Call.NONE);
    }

    private static HawserException unknown(String name, Set<String> known) {
        String expected = known.isEmpty() ? "none" : "one of " + String.join(", ", known);
        return refusal(name + ": unknown (expected: " + expected + ")");
    }

    private static HawserException refusal(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "query: " + message);
    }

    /**
     * A call by GET: only such calls have parameters, and none has a list among them.
     *
     * @param choices those that are true or false
     */
    private record Call(Pattern path, Set<String> parameters, Set<String> choices) {
        /** Any other. */
        static final Call NONE = new Call(Pattern.compile(""), Set.of(), Set.of());

        static Call of(MethodDescriptor method) {
            String template =
                    method.getOptions().getExtension(AnnotationsProto.http).getGet();
            Set<String> parameters = new TreeSet<>();
            Set<String> choices = new TreeSet<>();
            for (FieldDescriptor field : method.getInputType().getFields()) {
                if (!template.contains('{' + field.getName() + '}')) {
                    List<String> names = List.of(field.getName(), field.getJsonName());
                    parameters.addAll(names);
                    choices.addAll(field.getJavaType() == FieldDescriptor.JavaType.BOOLEAN ? names : List.of());
                }
            }
            return new Call(PathFields.pattern(template), parameters, choices);
        }
    }
}
