package io.hawser.center;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.Platform;
import io.hawser.rpc.v1.AppendRequest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What could be read in two ways, or not at all, is refused: nothing is replaced, and nothing is passed over. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StrictInputTest {
    private static final String SEND = "/v1/apps/demo/messages:send";
    private static final String HI = "{\"target\": {\"user\": \"strict\"}, \"text\": \"hi\"}";
    private static final String HALF = "\\ud800";
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
    Stream<DynamicTest> aBodyIsRefusedWithItsField() {
        return cases().map(one -> DynamicTest.dynamicTest(one.what, () -> {
            Answer answer = platform.api.call(
                    one.method, one.path, BodyPublishers.ofString(one.body), "content-type", "application/json");
            assertRefused(answer, one.detail);
        }));
    }

    @TestFactory
    Stream<DynamicTest> aBodyThatIsRefusedIsInTheTableOfTheDocumentation() throws IOException {
        String page = Files.readString(Path.of("../docs/api.md"));
        return cases().map(one -> DynamicTest.dynamicTest(
                one.what,
                () -> assertThat(page)
                        .contains("| " + one.what + " | 400 | `INVALID_ARGUMENT` | `" + one.detail + "` |")));
    }

    private static Stream<Case> cases() {
        return Stream.of(
                send(
                        "half of a surrogate pair",
                        "{\"target\": {\"user\": \"" + HALF + "\"}, \"text\": \"hi\"}",
                        "target.user: no valid Unicode at character 0 (expected: text in UTF-8)"),
                send("half of a pair in a body", wish("\"text\": \"a" + HALF + "b\""), "text: no valid Unicode"),
                send(
                        "half of a pair in a header's key",
                        wish("\"text\": \"hi\", \"headers\": {\"" + HALF + "\": \"v\"}"),
                        "malformed JSON"),
                send(
                        "half of a pair in a header's value",
                        wish("\"text\": \"hi\", \"headers\": {\"k\": \"" + HALF + "\"}"),
                        "headers.k: no valid Unicode"),
                new Case(
                        "half of a pair among a batch's users",
                        "POST",
                        "/v1/apps/demo/messages:batchSend",
                        "{\"users\": [\"a\", \"" + HALF + "\"], \"text\": \"hi\"}",
                        "users[1]: no valid Unicode"),
                send("more behind the object", HI + " {\"x\": 1}", "body: more behind the object"),
                send("no JSON behind the object", HI + " and", "malformed JSON"),
                send("the same field twice", wish("\"text\": \"hi\", \"text\": \"ho\""), "text: set twice"),
                send(
                        "the same field by both its names",
                        wish("\"text\": \"hi\", \"collapseKey\": \"a\", \"collapse_key\": \"b\""),
                        "collapseKey: set twice (expected: once)"),
                send(
                        "the same header twice",
                        wish("\"text\": \"hi\", \"headers\": {\"k\": \"a\", \"k\": \"b\"}"),
                        "headers.k: set twice"),
                send(
                        "another app than the path's",
                        wish("\"text\": \"hi\", \"app\": \"other\""),
                        "app: \"other\" (expected: none, or demo as in the path)"),
                new Case(
                        "another id than the path's",
                        "PUT",
                        "/v1/apps/demo",
                        "{\"id\": \"other\"}",
                        "id: \"other\" (expected: none, or demo as in the path)"),
                send(
                        "the number of no QoS",
                        wish("\"qos\": 7, \"text\": \"hi\""),
                        "qos: 7 (expected: TRANSIENT, DURABLE or NOTIFY)"),
                send(
                        "a QoS beyond all numbers",
                        wish("\"qos\": 99999999999, \"text\": \"hi\""),
                        "qos: 99999999999 (expected: TRANSIENT, DURABLE or NOTIFY)"),
                send(
                        "a number with a fraction or an exponent",
                        wish("\"qos\": 1e400, \"text\": \"hi\""),
                        "qos: 1e400 (expected: no fraction or exponent)"),
                send(
                        "a number of very many digits",
                        wish("\"qos\": " + "9".repeat(900) + ", \"text\": \"hi\""),
                        "(expected: a number of at most 20 characters)"),
                put(
                        "a version of very many digits",
                        "\"" + "9".repeat(900_000) + "\"",
                        "(expected: a number, 0 to 18446744073709551615)"),
                put("a version in another script's digits", "\"٣\"", "version: \"٣\" (expected: a number"));
    }

    @Test
    void bytesThatAreNoUtf8AreRefusedWithTheirField() {
        byte[] notUtf8 = "{\"target\": {\"user\": \"\u00ff\"}, \"text\": \"hi\"}".getBytes(ISO_8859_1);
        byte[] surrogate = "{\"target\": {\"user\": \"\u00ed\u00a0\u0080\"}, \"text\": \"hi\"}".getBytes(ISO_8859_1);
        byte[] overlong = "{\"target\": {\"user\": \"\u00c1\u0081\"}, \"text\": \"hi\"}".getBytes(ISO_8859_1);
        for (byte[] body : new byte[][] {notUtf8, surrogate, overlong}) {
            Answer answer = platform.api.call(
                    "POST", SEND, BodyPublishers.ofByteArray(body), "content-type", "application/json");
            assertRefused(answer, "target.user: no valid Unicode at character 0");
        }
        assertThat(platform.saver.appends).extracting(AppendRequest::getUser).doesNotContain("?", "\ufffd", "A");
    }

    @Test
    void aBodyInAnotherEncodingIsRefused() {
        Answer answer = platform.api.call(
                "POST", SEND, BodyPublishers.ofString(HI), "content-type", "application/json; charset=iso-8859-1");
        assertThat(answer.status()).isEqualTo(415);
    }

    @Test
    void whatIsUnicodeIsTakenAsItIs() {
        String user = "ж/\ud83d\ude00";
        Answer answer = platform.api.send(
                "{\"app\": \"demo\", \"target\": {\"user\": \"ж/\\ud83d\\ude00\"}," + " \"text\": \"hi\"}");
        assertThat(answer.json().path("name").asText()).startsWith("apps/demo/users/" + user + "/messages/");
    }

    @Test
    void aPathThatIsNoUtf8IsRefused() {
        for (String user : new String[] {"%FF", "%ED%A0%80", "%C1%81", "a%C3"}) {
            String path = "/v1/apps/demo/users/" + user;
            assertRefused(platform.api.get(path), "path: " + path + " (expected: percent-encoded UTF-8)");
        }
    }

    @Test
    void numbersThatNoMessageEverHasAreNotFound() {
        for (long seq : new long[] {99, 4_294_967_295L, 4_294_967_296L, 8_589_934_592L}) {
            Answer answer = platform.api.get("/v1/apps/demo/users/alice/messages/" + seq);
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.detail()).startsWith("seq: " + seq + " ");
        }
    }

    @Test
    void aPathOfBareBytesIsRefused() throws IOException {
        URI url = URI.create(platform.api.url);
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            String request = "GET /v1/apps/demo/users/\u00e9 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n"
                    + "authorization: Bearer " + platform.api.key + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void aQueryThatIsNoUtf8IsRefused() {
        assertRefused(
                platform.api.with(platform.operatorKey("viewer")).get("/v1/keys?app=%FF"),
                "path: /v1/keys?app=%FF (expected: percent-encoded UTF-8)");
    }

    @Test
    void aParameterOfAnotherCallIsRefused() {
        assertRefused(
                platform.api.get("/v1/apps/demo/users/alice?pageSize=5"), "query: pageSize: unknown (expected: none)");
    }

    @Test
    void aParameterThatIsGivenTwiceIsRefused() {
        assertRefused(
                platform.api.with(platform.operatorKey("viewer")).get("/v1/keys?app=demo&app=other"),
                "query: app: given twice (expected: once)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"maybe", "1", "TRUE", ""})
    void aChoiceThatIsNeitherTrueNorFalseIsRefused(String given) {
        assertRefused(
                platform.api.get("/v1/apps/demo/broadcasts?unfinished=" + given),
                "query: unfinished: " + given + " (expected: true or false)");
        assertThat(platform.api.get("/v1/apps/demo/broadcasts?unfinished=true").status())
                .isEqualTo(200);
    }

    @Test
    void anIdempotencyKeyIsOneAndNotEmpty() {
        assertRefused(keyed("a", "b"), "Idempotency-Key: 2 of them (expected: one)");
        assertRefused(keyed(""), "Idempotency-Key: empty (expected: 1 to 64 printable characters of ASCII");
        assertRefused(keyed("k".repeat(65)), "Idempotency-Key: 65 bytes (expected: at most 64)");
        assertThat(keyed("order 17").status()).isEqualTo(200);
    }

    @Test
    void anIdempotencyKeyOutsideOfAsciiIsRefused() throws IOException {
        URI url = URI.create(platform.api.url);
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            String request = "POST " + SEND + " HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer "
                    + platform.api.key + "\r\ncontent-type: application/json\r\nidempotency-key: caf\u00e9\r\n"
                    + "content-length: " + HI.length() + "\r\n\r\n" + HI;
            socket.getOutputStream().write(request.getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("Idempotency-Key: ");
        }
    }

    private Answer keyed(String... keys) {
        var request = platform.api.request(SEND).header("content-type", "application/json");
        for (String key : keys) {
            request.header("idempotency-key", key);
        }
        return platform.api.send(request.POST(BodyPublishers.ofString(HI)));
    }

    private static void assertRefused(Answer answer, String detail) {
        assertThat(answer.status()).as(answer.http().body()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("INVALID_ARGUMENT");
        assertThat(answer.detail()).contains(detail);
    }

    private static Case send(String what, String body, String detail) {
        return new Case(what, "POST", SEND, body, detail);
    }

    private static Case put(String what, String version, String detail) {
        return new Case(what, "PUT", "/v1/apps/demo", "{\"version\": " + version + "}", detail);
    }

    private static String wish(String fields) {
        return "{\"target\": {\"user\": \"strict\"}, " + fields + "}";
    }

    private record Case(String what, String method, String path, String body, String detail) {}
}
