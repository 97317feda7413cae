package io.hawser.rpc.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.rpc.v1.SessionPolicy;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is an id and what is not. */
final class IdTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "demo", "my-app_2", "0123456789", "-", "_"})
    void anAppIdIsOfLowerCaseLettersDigitsHyphenAndUnderscore(String value) {
        assertThat(new AppId(value)).hasToString(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Demo", "my app", "a/b", "a.b", "ä", "a\n", "a{b}"})
    void anythingElseIsNoAppId(String value) {
        assertRefused(() -> new AppId(value), "app: " + value + " (expected: only a-z, 0-9, '-' and '_')");
    }

    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of("app", (Function<String, Object>) AppId::new),
                Arguments.of("user", (Function<String, Object>) UserId::new),
                Arguments.of("device", (Function<String, Object>) DeviceId::new),
                Arguments.of("group", (Function<String, Object>) GroupName::new));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anIdHasOneTo64Bytes(String what, Function<String, Object> id) {
        assertThat(id.apply("x")).hasToString("x");
        assertThat(id.apply("x".repeat(64))).hasToString("x".repeat(64));
        assertRefused(() -> id.apply(""), what + ": 0 bytes (expected: 1 to 64)");
        assertRefused(() -> id.apply("x".repeat(65)), what + ": 65 bytes (expected: 1 to 64)");
    }

    @ParameterizedTest
    @CsvSource({"ü, 32, true", "ü, 33, false", "用, 21, true", "用, 22, false", "😀, 16, true", "😀, 17, false"})
    void bytesOfUtf8AreCountedAndNotCharacters(String character, int count, boolean valid) {
        String value = character.repeat(count);
        if (valid) {
            assertThat(new UserId(value).value()).isEqualTo(value);
        } else {
            assertThatThrownBy(() -> new UserId(value)).hasMessageEndingWith("bytes (expected: 1 to 64)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"news*", "*", "a\nb", "\u0000", "a\u0085"})
    void aGroupHasNoStarsAndNoControlCharacters(String value) {
        assertThatThrownBy(() -> new GroupName(value)).hasMessageContaining("group: has U+");
    }

    @ParameterizedTest
    @CsvSource({
        "vip, vip, true",
        "vip, vips, false",
        "news.*, news.sport, true",
        "news.*, news., true",
        "news.*, news, false",
        "*, anything, true"
    })
    void aPatternNamesGroups(String pattern, String group, boolean matches) {
        assertThat(new GroupPattern(pattern).matches(group)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"**", "a*b", "*a", "a\n*", ""})
    void aPatternHasItsOnlyStarAtTheEnd(String value) {
        assertThatThrownBy(() -> new GroupPattern(value)).hasMessageStartingWith("group");
    }

    @Test
    void anEndpointKnowsItsUser() {
        Endpoint endpoint = Endpoint.of("demo", "alice", "phone");
        assertThat(endpoint).hasToString("demo/alice/phone");
        assertThat(endpoint.userKey()).isEqualTo(UserKey.of("demo", "alice")).hasToString("demo/alice");
    }

    @ParameterizedTest
    @CsvSource({
        "ONE_PER_USER, tablet, user",
        "SESSION_POLICY_UNSPECIFIED, tablet, user",
        "ONE_PER_DEVICE_CLASS, tablet, class:tablet",
        "ONE_PER_DEVICE_CLASS, '', class:default",
        "ONE_PER_DEVICE, tablet, device:d1"
    })
    void aMailboxIsNamedByTheSessionPolicy(SessionPolicy policy, String deviceClass, String name) {
        assertThat(Mailbox.of(policy, new DeviceId("d1"), deviceClass)).isEqualTo(name);
    }

    @Test
    void aDeviceClassHasAtMost32Bytes() {
        assertThat(Mailbox.ofClass("c".repeat(32))).hasSize(38);
        assertRefused(() -> Mailbox.ofClass("c".repeat(33)), "device_class: 33 bytes (expected: 1 to 32)");
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable id, String message) {
        assertThatThrownBy(id)
                .isInstanceOfSatisfying(
                        HawserException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessage(message);
    }
}
