package io.hawser.center.docs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.hawser.rpc.problem.Problem;
import io.hawser.wire.ErrorCode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An OpenAPI 3.1 description of services by their HTTP rules, types and comments. */
public final class OpenApi {
    private static final Pattern VARIABLE = Pattern.compile("\\{([a-z_.]+)}");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Comments comments = Comments.load();
    private final Schemas schemas = new Schemas(comments);
    private final ObjectNode paths = JSON.objectNode();

    private OpenApi() {}

    /** Returns the document as indented JSON. */
    public static String describe(List<ServiceDescriptor> services) {
        OpenApi api = new OpenApi();
        services.forEach(service -> service.getMethods().forEach(api::add));
        try {
            return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(api.document())
                    + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can always be written", e);
        }
    }

    private void add(MethodDescriptor method) {
        HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
        Verb verb = Verb.of(rule);
        ObjectNode operation = paths.withObjectProperty(template(verb.path)).putObject(verb.name);
        operation.put("operationId", method.getService().getName() + "_" + method.getName());
        operation.putArray("tags").add(method.getService().getName());
        operation.put("description", comments.about(method.getFullName()));
        Set<String> inPath = addPathParameters(operation.putArray("parameters"), method.getInputType(), verb.path);
        if (rule.getBody().isEmpty()) {
            addQueryParameters(operation.withArray("parameters"), method.getInputType(), inPath);
        } else {
            addBody(operation, method.getInputType(), rule.getBody(), inPath);
        }
        addResponses(operation.putObject("responses"), method.getOutputType());
    }

    private Set<String> addPathParameters(ArrayNode parameters, Descriptor type, String path) {
        Set<String> names = new LinkedHashSet<>();
        Matcher variables = VARIABLE.matcher(path);
        while (variables.find()) {
            names.add(variables.group(1));
            parameter(parameters, nameOf(variables.group(1)), "path", field(type, variables.group(1)))
                    .put("required", true);
        }
        return names;
    }

    /** One path has one template, though calls take its variable into different fields: {@code app}, {@code app.id}. */
    private static String template(String path) {
        return VARIABLE.matcher(path).replaceAll(variable -> "{" + nameOf(variable.group(1)) + "}");
    }

    private static String nameOf(String variable) {
        int dot = variable.indexOf('.');
        return dot < 0 ? variable : variable.substring(0, dot);
    }

    private void addQueryParameters(ArrayNode parameters, Descriptor type, Set<String> inPath) {
        type.getFields().stream()
                .filter(field -> !inPath.contains(field.getName()))
                .forEach(field -> parameter(parameters, field.getJsonName(), "query", field));
    }

    private ObjectNode parameter(ArrayNode parameters, String name, String in, FieldDescriptor field) {
        ObjectNode parameter = parameters.addObject().put("name", name).put("in", in);
        parameter.set("schema", schemas.of(field));
        return parameter;
    }

    private void addBody(ObjectNode operation, Descriptor type, String body, Set<String> inPath) {
        ObjectNode schema = body.equals("*")
                ? schemas.without(type, inPath)
                : schemas.of(type.findFieldByName(body).getMessageType());
        operation
                .putObject("requestBody")
                .putObject("content")
                .putObject("application/json")
                .set("schema", schema);
    }

    private void addResponses(ObjectNode responses, Descriptor type) {
        responses
                .putObject("200")
                .put("description", "Done.")
                .putObject("content")
                .putObject("application/json")
                .set("schema", schemas.of(type));
        responses
                .putObject("default")
                .put("description", "Refused or failed (RFC 9457).")
                .putObject("content")
                .putObject(Problem.MEDIA_TYPE)
                .putObject("schema")
                .put("$ref", "#/components/schemas/Problem");
    }

    private ObjectNode document() {
        ObjectNode document = JSON.objectNode().put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Hawser")
                .put("version", "v1")
                .put("description", "Send messages to devices, see what became of them, and operate the platform.");
        document.set("paths", paths);
        ObjectNode components = document.putObject("components");
        ObjectNode all = components.putObject("schemas");
        schemas.all().forEach(all::set);
        all.set("Problem", problem());
        components
                .putObject("securitySchemes")
                .putObject("key")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("bearerFormat", "hk_<id>_<secret>");
        document.putArray("security").addObject().putArray("key");
        return document;
    }

    private static ObjectNode problem() {
        ObjectNode problem = JSON.objectNode().put("type", "object");
        ObjectNode properties = problem.putObject("properties");
        properties.putObject("type").put("type", "string");
        properties.putObject("title").put("type", "string");
        properties.putObject("status").put("type", "integer");
        properties.putObject("detail").put("type", "string");
        ArrayNode codes = properties.putObject("code").put("type", "string").putArray("enum");
        for (ErrorCode code : ErrorCode.values()) {
            codes.add(code.name());
        }
        return problem;
    }

    private static FieldDescriptor field(Descriptor type, String path) {
        int dot = path.indexOf('.');
        String name = dot < 0 ? path : path.substring(0, dot);
        FieldDescriptor field = Objects.requireNonNull(type.findFieldByName(name), path);
        return dot < 0 ? field : field(field.getMessageType(), path.substring(dot + 1));
    }

    private record Verb(String name, String path) {
        static Verb of(HttpRule rule) {
            String path = switch (rule.getPatternCase()) {
                case GET -> rule.getGet();
                case PUT -> rule.getPut();
                case POST -> rule.getPost();
                case DELETE -> rule.getDelete();
                case PATCH -> rule.getPatch();
                case CUSTOM, PATTERN_NOT_SET -> throw new IllegalArgumentException("rule: " + rule);
            };
            return new Verb(rule.getPatternCase().name().toLowerCase(Locale.ROOT), path);
        }
    }
}
