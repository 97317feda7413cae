package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.hawser.api.v1.AddMembersRequest;
import io.hawser.api.v1.CreateAppRequest;
import io.hawser.api.v1.CreateBanRequest;
import io.hawser.api.v1.CreateBroadcastRequest;
import io.hawser.api.v1.CreateCallbackRequest;
import io.hawser.api.v1.GetUserRequest;
import io.hawser.api.v1.SendRequest;
import io.hawser.center.docs.OpenApi;
import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.Platform;
import io.hawser.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The documentation says what the contracts say. */
class DocumentationTest {
    private static final List<ServiceDescriptor> SERVICES = Stream.of(
                    SendRequest.getDescriptor(),
                    CreateBroadcastRequest.getDescriptor(),
                    AddMembersRequest.getDescriptor(),
                    GetUserRequest.getDescriptor(),
                    CreateBanRequest.getDescriptor(),
                    CreateCallbackRequest.getDescriptor(),
                    CreateAppRequest.getDescriptor())
            .map(Descriptor::getFile)
            .flatMap(file -> file.getServices().stream())
            .toList();

    @Test
    void theOpenApiFileIsMadeFromTheContracts() throws IOException {
        assertThat(Files.readString(Path.of("../docs/openapi.json"))).isEqualTo(OpenApi.describe(SERVICES));
    }

    @Test
    void noTwoPathsOfTheOpenApiFileDifferInNamesAlone() throws IOException {
        assertThat(openApiPaths().keySet().stream().map(path -> path.replaceAll("\\{[^}]*}", "{}")))
                .doesNotHaveDuplicates();
    }

    @Test
    void everyOperationOfTheOpenApiFileDeclaresThePathsParameters() throws IOException {
        openApiPaths().forEach((path, operations) -> {
            List<String> named = Pattern.compile("\\{([^}]*)}")
                    .matcher(path)
                    .results()
                    .map(name -> name.group(1))
                    .toList();
            operations.forEach(
                    operation -> assertThat(declared(operation)).as(path).containsExactlyInAnyOrderElementsOf(named));
        });
    }

    private static Map<String, JsonNode> openApiPaths() throws IOException {
        Map<String, JsonNode> paths = new LinkedHashMap<>();
        new ObjectMapper()
                .readTree(Path.of("../docs/openapi.json").toFile())
                .path("paths")
                .properties()
                .forEach(path -> paths.put(path.getKey(), path.getValue()));
        return paths;
    }

    private static List<String> declared(JsonNode operation) {
        return StreamSupport.stream(operation.path("parameters").spliterator(), false)
                .filter(parameter -> parameter.path("in").asText().equals("path"))
                .filter(parameter -> parameter.path("required").asBoolean())
                .map(parameter -> parameter.path("name").asText())
                .toList();
    }

    @Test
    void thePageHasEveryCall() throws IOException {
        String page = Files.readString(Path.of("../docs/api.md"));
        assertThat(calls()).allSatisfy(call -> assertThat(page).contains("`" + call + "`"));
    }

    @Test
    void thePageHasEveryErrorCode() throws IOException {
        String page = Files.readString(Path.of("../docs/api.md"));
        assertThat(ErrorCode.values())
                .allSatisfy(code -> assertThat(page)
                        .contains("| `%s` | %d | %d | %s |"
                                .formatted(code, code.httpStatus(), code.grpcStatus(), code.meaning())));
    }

    @Test
    void theServerTellsWhereItIsDocumented() {
        try (Platform platform = Platform.start()) {
            var anyone = platform.api.with("");
            assertThat(anyone.get("/").http().body()).contains("/docs").contains("/openapi.json");
            assertThat(anyone.get("/docs/").status()).isEqualTo(200);
            JsonNode openApi = anyone.get("/openapi.json").json();
            assertThat(openApi.path("paths").has("/v1/apps/{app}/messages:send"))
                    .isTrue();
            Answer specification = anyone.get("/docs/specification.json");
            assertThat(specification.http().body()).contains("Sends one message to a user");
        }
    }

    @Test
    void thePageToTryShowsWhereTheKeyGoesAndWhatToSend() {
        try (Platform platform = Platform.start()) {
            var anyone = platform.api.with("");
            JsonNode specification = anyone.get("/docs/specification.json").json();
            assertThat(specification.path("exampleHeaders").findValuesAsText("authorization"))
                    .containsExactly("Bearer hk_<id>_<secret>");
            assertThat(specification.findValues("exampleRequests").stream().map(JsonNode::toString))
                    .anyMatch(examples -> examples.contains("alice"));
            assertThat(specification.findValuesAsText("webAppTitle")).containsExactly("Hawser API");
        }
    }

    @Test
    void thePageToTryTakesNoFontsFromElsewhere() {
        try (Platform platform = Platform.start()) {
            assertThat(platform.api.with("").get("/docs/").header("content-security-policy"))
                    .isEqualTo("style-src 'self' 'unsafe-inline'; font-src 'self' data:");
        }
    }

    private static Stream<String> calls() {
        return SERVICES.stream()
                .flatMap(service -> service.getMethods().stream())
                .map(DocumentationTest::call);
    }

    private static String call(MethodDescriptor method) {
        HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
        String path = rule.getGet() + rule.getPost() + rule.getPut() + rule.getDelete();
        return rule.getPatternCase().name().toUpperCase(Locale.ROOT) + " " + path;
    }
}
