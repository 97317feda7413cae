package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.Platform;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** What callers get wrong, and what they are told: the table in docs/api.md, over real HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
    private static final String SEND = "/v1/apps/demo/messages:send";
    private static final String JSON = "application/json";
    private Platform platform;

    @BeforeAll
    void startThePlatform() {
        platform = Platform.start();
    }

    @AfterAll
    void stopThePlatform() {
        platform.close();
    }

    @TestFactory
    Stream<DynamicTest> isRefusedWithAProblemThatNamesIt() {
        return cases().map(one -> DynamicTest.dynamicTest(one.what, () -> check(one)));
    }

    @TestFactory
    Stream<DynamicTest> isInTheTableOfTheDocumentation() throws IOException {
        String page = Files.readString(Path.of("../docs/api.md"));
        return cases().map(one -> DynamicTest.dynamicTest(
                one.what,
                () -> assertThat(page).contains("| " + one.what + " | " + one.status + " | `" + one.code + "` |")));
    }

    private static Stream<Case> cases() {
        return Stream.of(
                send("malformed JSON", "{\"target\": {", 400, "INVALID_ARGUMENT", "malformed JSON"),
                send("no JSON object", "[1]", 400, "INVALID_ARGUMENT", "expected: a JSON object"),
                send("nothing but spaces", "  ", 400, "INVALID_ARGUMENT", "body: nothing (expected: a JSON object)"),
                send("nothing at all", "", 400, "INVALID_ARGUMENT", "user: 0 bytes (expected: 1 to 64)"),
                send("a field that does not exist", wish("\"textt\": \"hi\""), 400, "INVALID_ARGUMENT", "textt"),
                send(
                        "a nested field that does not exist",
                        "{\"target\": {\"usr\": \"a\"}, \"text\": \"hi\"}",
                        400,
                        "INVALID_ARGUMENT",
                        "target.usr"),
                send(
                        "an unknown QoS",
                        wish("\"qos\": \"SOMETIMES\", \"text\": \"hi\""),
                        400,
                        "INVALID_ARGUMENT",
                        "qos: \"SOMETIMES\" (expected: TRANSIENT, DURABLE or NOTIFY)"),
                send(
                        "a number for a text",
                        "{\"target\": {\"user\": 5}, \"text\": \"hi\"}",
                        400,
                        "INVALID_ARGUMENT",
                        "target.user: 5 (expected: a string)"),
                send(
                        "data that is not base64",
                        wish("\"data\": \"**\""),
                        400,
                        "INVALID_ARGUMENT",
                        "data: \"**\" (expected: base64)"),
                send(
                        "text and data",
                        wish("\"text\": \"hi\", \"data\": \"aGk=\""),
                        400,
                        "INVALID_ARGUMENT",
                        "data: set (expected: none beside text)"),
                send("no target", "{\"text\": \"hi\"}", 400, "INVALID_ARGUMENT", "user: 0 bytes"),
                send(
                        "a user of 65 bytes",
                        "{\"target\": {\"user\": \"" + "u".repeat(65) + "\"}, \"text\": \"hi\"}",
                        400,
                        "INVALID_ARGUMENT",
                        "user: 65 bytes (expected: 1 to 64)"),
                send("no body", wish("\"qos\": \"DURABLE\""), 400, "INVALID_ARGUMENT", "text or data"),
                send("an empty body", wish("\"text\": \"\""), 400, "INVALID_ARGUMENT", "body: 0 bytes"),
                send(
                        "a body over the app's limit",
                        wish("\"text\": \"" + "x".repeat(4097) + "\""),
                        413,
                        "BODY_TOO_LARGE",
                        "body: 4097 bytes (expected: 1 to 4096)"),
                send(
                        "a TTL over the app's maximum",
                        wish("\"text\": \"hi\", \"ttl\": \"99999999s\""),
                        400,
                        "INVALID_ARGUMENT",
                        "ttl: 99999999s (expected: 1s to 2592000s)"),
                send(
                        "no TTL to speak of",
                        wish("\"text\": \"hi\", \"ttl\": \"0s\""),
                        400,
                        "INVALID_ARGUMENT",
                        "ttl: 0s (expected: 1s to 2592000s)"),
                send(
                        "a TTL without its unit",
                        wish("\"text\": \"hi\", \"ttl\": \"60\""),
                        400,
                        "INVALID_ARGUMENT",
                        "ttl: \"60\" (expected: seconds, such as \"3.5s\")"),
                send(
                        "a TTL of what is never stored",
                        wish("\"text\": \"hi\", \"qos\": \"TRANSIENT\", \"ttl\": \"60s\""),
                        400,
                        "INVALID_ARGUMENT",
                        "ttl: set (expected: none"),
                send(
                        "a long idempotency key",
                        wish("\"text\": \"hi\", \"idempotencyKey\": \"" + "k".repeat(65) + "\""),
                        400,
                        "INVALID_ARGUMENT",
                        "idempotencyKey: 65 bytes"),
                send(
                        "a device of an app with one session a user",
                        "{\"target\": {\"user\": \"a\", \"device\": \"d\"}, \"text\": \"hi\"}",
                        400,
                        "INVALID_ARGUMENT",
                        "target.device: set"),
                new Case(
                        "too many headers",
                        "POST",
                        SEND,
                        JSON,
                        wish("\"text\": \"hi\", \"headers\": {" + pairs(17) + "}"),
                        400,
                        "INVALID_ARGUMENT",
                        "headers: 17 pairs (expected: at most 16)"),
                new Case(
                        "another content type",
                        "POST",
                        SEND,
                        "text/plain",
                        wish("\"text\": \"hi\""),
                        415,
                        "INVALID_ARGUMENT",
                        "content-type: text/plain (expected: application/json)"),
                new Case(
                        "too large a request",
                        "POST",
                        SEND,
                        JSON,
                        " ".repeat((2 << 20) + 1),
                        413,
                        "BODY_TOO_LARGE",
                        "request: too large (expected: at most 2097152 bytes)"),
                new Case("another method", "DELETE", SEND, JSON, "", 405, "UNIMPLEMENTED", "method: DELETE"),
                new Case("a path that is none", "GET", "/v1/apps/demo/nope", "", "", 404, "NOT_FOUND", "path: "),
                new Case(
                        "an app that is not the key's, whether it exists or not",
                        "POST",
                        "/v1/apps/nope/messages:send",
                        JSON,
                        wish("\"text\": \"hi\""),
                        403,
                        "PERMISSION_DENIED",
                        "app: nope is not this key's app (expected: a key of that app)"),
                new Case(
                        "an app id that is none",
                        "POST",
                        "/v1/apps/No%20App/messages:send",
                        JSON,
                        wish("\"text\": \"hi\""),
                        400,
                        "INVALID_ARGUMENT",
                        "app: No App (expected: only a-z, 0-9, '-' and '_')"),
                new Case(
                        "a seq that is no number",
                        "GET",
                        "/v1/apps/demo/users/alice/messages/first",
                        "",
                        "",
                        400,
                        "INVALID_ARGUMENT",
                        "path or query: \"first\" (expected: a number)"),
                new Case(
                        "seq 0",
                        "GET",
                        "/v1/apps/demo/users/alice/messages/0",
                        "",
                        "",
                        400,
                        "INVALID_ARGUMENT",
                        "seq: 0 (expected: that of a message"),
                new Case(
                        "a message that never was",
                        "GET",
                        "/v1/apps/demo/users/alice/messages/77",
                        "",
                        "",
                        404,
                        "NOT_FOUND",
                        "seq: 77"),
                new Case(
                        "a message taken back that never was",
                        "POST",
                        "/v1/apps/demo/users/alice/messages/4294967296:recall",
                        JSON,
                        "{}",
                        404,
                        "NOT_FOUND",
                        "seq: 4294967296 (expected: that of a message"),
                new Case(
                        "a parameter of another call",
                        "GET",
                        "/v1/apps/demo/users/alice?pageSize=5",
                        "",
                        "",
                        400,
                        "INVALID_ARGUMENT",
                        "query: pageSize: unknown (expected: none)"),
                new Case(
                        "a parameter that does not exist",
                        "GET",
                        "/v1/apps/demo/users/alice?verbose=1",
                        "",
                        "",
                        400,
                        "INVALID_ARGUMENT",
                        "verbose: unknown"),
                new Case(
                        "a batch of nobody",
                        "POST",
                        "/v1/apps/demo/messages:batchSend",
                        JSON,
                        "{\"text\": \"hi\"}",
                        400,
                        "INVALID_ARGUMENT",
                        "users: 0 (expected: 1 to 1000)"),
                new Case(
                        "a token for nobody",
                        "POST",
                        "/v1/apps/demo/tokens:issue",
                        JSON,
                        "{}",
                        400,
                        "INVALID_ARGUMENT",
                        "user: 0 bytes (expected: 1 to 64)"));
    }

    private void check(Case bad) {
        Answer answer = bad.contentType.isEmpty()
                ? platform.api.call(bad.method, bad.path, BodyPublishers.noBody())
                : platform.api.call(
                        bad.method, bad.path, BodyPublishers.ofString(bad.body), "content-type", bad.contentType);
        assertThat(answer.http().body()).as("status %d", answer.status()).contains("\"status\":" + bad.status);
        assertThat(answer.status()).isEqualTo(bad.status);
        assertThat(answer.header("content-type")).startsWith("application/problem+json");
        assertThat(answer.code()).isEqualTo(bad.code);
        assertThat(answer.detail()).contains(bad.detail);
        assertThat(answer.header("x-request-id")).isNotEmpty();
    }

    private static Case send(String what, String body, int status, String code, String detail) {
        return new Case(what, "POST", SEND, JSON, body, status, code, detail);
    }

    private static String wish(String fields) {
        return "{\"target\": {\"user\": \"alice\"}, " + fields + "}";
    }

    private static String pairs(int count) {
        return Stream.iterate(0, i -> i + 1)
                .limit(count)
                .map(i -> "\"k" + i + "\": \"v\"")
                .reduce((some, one) -> some + ", " + one)
                .orElseThrow();
    }

    private record Case(
            String what,
            String method,
            String path,
            String contentType,
            String body,
            int status,
            String code,
            String detail) {}
}
