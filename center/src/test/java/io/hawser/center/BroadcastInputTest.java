package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.Platform;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** What is wrong with a call about broadcasts or groups is said, with a code and a name. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BroadcastInputTest {
    private static final String BROADCASTS = "/v1/apps/demo/broadcasts";
    private static final String MEMBERS = "/v1/apps/demo/groups/vip/members";
    private static final String ALL = "{\"audience\": {\"all\": true}, ";

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
    Stream<DynamicTest> refusals() {
        return Stream.of(broadcasts(), broadcastReads(), groups(), settings(), pageTokens())
                .flatMap(cases -> cases)
                .map(bad -> DynamicTest.dynamicTest(bad.what, () -> check(bad)));
    }

    private static Stream<Case> broadcasts() {
        return Stream.of(
                create(
                        "nobody to send to",
                        "{\"text\": \"hi\"}",
                        "audience: missing (expected: one of all, groups, users)"),
                create(
                        "an audience of nothing",
                        "{\"audience\": {\"all\": false}, \"text\": \"hi\"}",
                        "audience: missing (expected: one of"),
                create(
                        "all and groups",
                        "{\"audience\": {\"all\": true, \"groups\": [\"a\"]}, \"text\": \"hi\"}",
                        "audience: all, groups (expected: one of all, groups, users)"),
                create(
                        "groups and users",
                        "{\"audience\": {\"users\": [\"u\"], \"groups\": [\"a\"]}, \"text\": \"hi\"}",
                        "audience: groups, users (expected: one of all, groups, users)"),
                create(
                        "17 groups",
                        "{\"audience\": {\"groups\": [" + names(17) + "]}, \"text\": \"hi\"}",
                        "audience.groups: 17 (expected: 1 to 16)"),
                create(
                        "a header that is no text",
                        ALL + "\"text\": \"hi\", \"headers\": {\"my_key\": 5}}",
                        "headers.my_key: 5 (expected: "),
                create(
                        "a group with a star",
                        "{\"audience\": {\"groups\": [\"a\", \"news.*\"]}, \"text\": \"hi\"}",
                        "audience.groups[1]: group: has U+002A (expected: no control characters and no '*')"),
                create(
                        "a user without a name, by its place",
                        "{\"audience\": {\"users\": [\"a\", \"b\", \"\"]}, \"text\": \"hi\"}",
                        "audience.users[2]: user: 0 bytes (expected: 1 to 64)"),
                create(
                        "100,001 users",
                        "{\"audience\": {\"users\": [" + names(100_001) + "]}, \"text\": \"hi\"}",
                        "audience.users: 100001 (expected: 1 to 100000)"),
                create("no body", ALL + "\"urgent\": true}", "body: missing (expected: text or data)"),
                create("an empty body", ALL + "\"text\": \"\"}", "body: 0 bytes (expected: 1 to 4096)"),
                new Case(
                        "a body over the app's limit",
                        "POST",
                        BROADCASTS,
                        ALL + "\"text\": \"" + "x".repeat(4097) + "\"}",
                        413,
                        "BODY_TOO_LARGE",
                        "body: 4097 bytes"),
                create(
                        "no TTL to speak of",
                        ALL + "\"text\": \"hi\", \"ttl\": \"0s\"}",
                        "ttl: 0s (expected: 1s to 2592000s)"),
                create(
                        "a TTL of what is never stored",
                        ALL + "\"text\": \"hi\", \"qos\": \"TRANSIENT\", \"ttl\": \"5s\"}",
                        "ttl: set (expected: none"),
                create(
                        "TRANSIENT to a list",
                        "{\"audience\": {\"users\": [\"a\"]}, \"text\": \"hi\", \"qos\": \"TRANSIENT\"}",
                        "qos: TRANSIENT (expected: DURABLE or NOTIFY, with audience.users)"),
                create(
                        "TRANSIENT with a pace",
                        ALL + "\"text\": \"hi\", \"qos\": \"TRANSIENT\", \"membersPerSecond\": 5}",
                        "membersPerSecond: set (expected: none"),
                create(
                        "TRANSIENT and urgent",
                        ALL + "\"text\": \"hi\", \"qos\": \"TRANSIENT\", \"urgent\": true}",
                        "urgent: set (expected: none"),
                create(
                        "a collapse key of the log",
                        ALL + "\"text\": \"hi\", \"collapseKey\": \"k\"}",
                        "collapseKey: set (expected: none, but with audience.users)"),
                create(
                        "a pace that is none",
                        ALL + "\"text\": \"hi\", \"membersPerSecond\": 4000000000}",
                        "membersPerSecond: 4000000000 (expected: 1 to 10000000"),
                create(
                        "a pace below zero",
                        ALL + "\"text\": \"hi\", \"membersPerSecond\": -1}",
                        "membersPerSecond: -1 (expected: "),
                create(
                        "a long idempotency key",
                        ALL + "\"text\": \"hi\", \"idempotencyKey\": \"" + "k".repeat(65) + "\"}",
                        "idempotencyKey: 65 bytes"),
                create("a body of blanks", "  \n", "body: nothing (expected: a JSON object)"),
                create("a field that is none", ALL + "\"text\": \"hi\", \"colour\": 1}", "colour"),
                create(
                        "NOTIFY without its key and hint",
                        ALL + "\"text\": \"hi\", \"qos\": \"NOTIFY\"}",
                        "notify: missing"),
                new Case(
                        "too large a request",
                        "POST",
                        BROADCASTS,
                        " ".repeat((16 << 20) + 1),
                        413,
                        "BODY_TOO_LARGE",
                        "request: too large (expected: at most 16777216 bytes)"));
    }

    private static Stream<Case> broadcastReads() {
        return Stream.of(
                new Case("a broadcast that never was", "GET", BROADCASTS + "/77", "", 404, "NOT_FOUND", "id: 77"),
                new Case("broadcast 0", "GET", BROADCASTS + "/0", "", 404, "NOT_FOUND", "id: 0"),
                get("an id that is no number", BROADCASTS + "/first", "path or query: \"first\" (expected: a number)"),
                get("too long a wait", BROADCASTS + "/1?wait=31s", "wait: 31s (expected: 0s to 30s)"),
                get("a wait below zero", BROADCASTS + "/1?wait=-1s", "wait: -1s (expected: 0s to 30s)"),
                get("a wait that is none", BROADCASTS + "/1?wait=soon", "wait: \"soon\" (expected: seconds, such as"),
                get("too large a page", BROADCASTS + "?pageSize=1001", "pageSize: 1001 (expected: 0 to 1000)"),
                get(
                        "a page token of none",
                        BROADCASTS + "?pageToken=!",
                        "pageToken: ! (expected: that of a page of this list)"),
                get("a parameter that is none", BROADCASTS + "?state=DONE", "query: state: unknown"),
                new Case(
                        "one to pause that never was",
                        "POST",
                        BROADCASTS + "/77:pause",
                        "{}",
                        404,
                        "NOT_FOUND",
                        "id: 77"),
                new Case(
                        "a verb that is none",
                        "POST",
                        BROADCASTS + "/77:stop",
                        "{}",
                        405,
                        "UNIMPLEMENTED",
                        "method: POST"));
    }

    private static Stream<Case> groups() {
        return Stream.of(
                post("members of none", MEMBERS + ":add", "{}", "members: 0 (expected: 1 to 1000)"),
                post(
                        "1,001 members",
                        MEMBERS + ":remove",
                        "{\"members\": ["
                                + IntStream.range(0, 1_001)
                                        .mapToObj(i -> "{\"user\": \"u" + i + "\"}")
                                        .collect(Collectors.joining(","))
                                + "]}",
                        "members: 1001 (expected: 1 to 1000)"),
                post(
                        "a member without a user, by its place",
                        MEMBERS + ":add",
                        "{\"members\": [{\"user\": \"a\"}, {\"device\": \"d\"}]}",
                        "members[1]: user: 0 bytes (expected: 1 to 64)"),
                post(
                        "a member with a long device",
                        MEMBERS + ":add",
                        "{\"members\": [{\"user\": \"a\", \"device\": \"" + "d".repeat(65) + "\"}]}",
                        "members[0]: device: 65 bytes (expected: 1 to 64)"),
                post(
                        "a group with a star",
                        "/v1/apps/demo/groups/news.*/members:add",
                        "{\"members\": [{\"user\": \"a\"}]}",
                        "group: has U+002A"),
                get("a long group", "/v1/apps/demo/groups/" + "g".repeat(65) + "/members", "group: 65 bytes"),
                get(
                        "a page token of none",
                        MEMBERS + "?pageToken=%25",
                        "pageToken: % (expected: that of a page of this list)"),
                get("a token of another kind", "/v1/apps/demo/groups?pageToken=abc", "pageToken: abc"),
                get("too large a page", "/v1/apps/demo/groups?page_size=1001", "pageSize: 1001"),
                get(
                        "groups of a user of 65 bytes",
                        "/v1/apps/demo/users/" + "u".repeat(65) + "/groups",
                        "user: 65 bytes"));
    }

    private static Stream<Case> settings() {
        return Stream.of(
                post(
                        "a token for a pattern that is none",
                        "/v1/apps/demo/tokens:issue",
                        "{\"user\": \"a\", \"groups\": [\"vip\", \"a*b\"]}",
                        "groups[1]: group: has U+002A"),
                post(
                        "a token for 65 patterns",
                        "/v1/apps/demo/tokens:issue",
                        "{\"user\": \"a\", \"groups\": [" + names(65) + "]}",
                        "groups: 65 (expected: 1 to 64)"));
    }

    /** Some look like tokens. */
    private static Stream<Case> pageTokens() {
        return Stream.of("broadcasts", "bans", "deadLetters", "groups", "groups/vip/members", "users/alice/groups")
                .flatMap(list -> Stream.of("xx", "AA", "MQ", "1", "AAAAAAAAAAEAAAAA")
                        .map(token -> get(
                                "page token " + token + " of " + list,
                                "/v1/apps/demo/" + list + "?pageToken=" + token,
                                "pageToken: " + token + " (expected: that of a page of this list)")));
    }

    private void check(Case bad) {
        Answer answer = bad.method.equals("GET") ? platform.api.get(bad.path) : platform.api.post(bad.path, bad.body);
        assertThat(answer.status()).as(answer.http().body()).isEqualTo(bad.status);
        assertThat(answer.code()).isEqualTo(bad.code);
        assertThat(answer.detail()).contains(bad.detail);
        assertThat(answer.header("content-type")).startsWith("application/problem+json");
    }

    private static Case create(String what, String body, String detail) {
        return post(what, BROADCASTS, body, detail);
    }

    private static Case post(String what, String path, String body, String detail) {
        return new Case(what, "POST", path, body, 400, "INVALID_ARGUMENT", detail);
    }

    private static Case get(String what, String path, String detail) {
        return new Case(what, "GET", path, "", 400, "INVALID_ARGUMENT", detail);
    }

    private static String names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"n" + i + "\"").collect(Collectors.joining(","));
    }

    private record Case(String what, String method, String path, String body, int status, String code, String detail) {}
}
