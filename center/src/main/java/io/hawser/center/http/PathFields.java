package io.hawser.center.http;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a call's path says of the fields that its body has, too: {@code app} of {@code /v1/apps/{app}/messages:send}. */
final class PathFields {
    private static final Pattern VARIABLE = Pattern.compile("\\{([a-z_.]+)}");

    private final List<Template> templates = new ArrayList<>();

    PathFields(List<ServiceDescriptor> services) {
        services.forEach(service -> service.getMethods().forEach(this::learn));
    }

    /** Returns the values by the names that the body's fields have; none for a path without variables. */
    Map<String, String> of(ServiceRequestContext context) {
        for (Template template : templates) {
            Matcher path = template.path.matcher(context.path());
            if (template.method.equals(context.method()) && path.matches()) {
                return template.values(path);
            }
        }
        return Map.of();
    }

    /** What the paths of a template look like: a group for each variable. */
    static Pattern pattern(String template) {
        return Pattern.compile("\\Q" + VARIABLE.matcher(template).replaceAll("\\\\E([^/]+)\\\\Q") + "\\E");
    }

    private void learn(MethodDescriptor method) {
        HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
        switch (rule.getPatternCase()) {
            case POST -> templates.add(Template.of(HttpMethod.POST, rule.getPost(), rule, method.getInputType()));
            case PUT -> templates.add(Template.of(HttpMethod.PUT, rule.getPut(), rule, method.getInputType()));
            case PATCH -> templates.add(Template.of(HttpMethod.PATCH, rule.getPatch(), rule, method.getInputType()));
            case GET, DELETE, CUSTOM, PATTERN_NOT_SET -> {
                // No body.
            }
        }
    }

    /** @param names by variable, those that the field has in the body */
    private record Template(HttpMethod method, Pattern path, List<List<String>> names) {
        static Template of(HttpMethod method, String path, HttpRule rule, Descriptor input) {
            List<List<String>> names = VARIABLE.matcher(path)
                    .results()
                    .map(variable -> names(variable.group(1), rule.getBody(), input))
                    .toList();
            return new Template(method, pattern(path), names);
        }

        private static List<String> names(String variable, String body, Descriptor input) {
            if (body.equals("*")) {
                FieldDescriptor field = input.findFieldByName(variable);
                return List.of(field.getName(), field.getJsonName());
            }
            Descriptor inBody = input.findFieldByName(body).getMessageType();
            return variable.startsWith(body + ".")
                    ? names(variable.substring(body.length() + 1), "*", inBody)
                    : List.of();
        }

        Map<String, String> values(Matcher matched) {
            Map<String, String> values = new HashMap<>();
            for (int i = 0; i < names.size(); i++) {
                String value = decoded(matched.group(i + 1));
                names.get(i).forEach(name -> values.put(name, value));
            }
            return values;
        }

        private static String decoded(String segment) {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        }
    }
}
