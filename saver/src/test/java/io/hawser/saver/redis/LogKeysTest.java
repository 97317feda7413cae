package io.hawser.saver.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Names of keys. */
final class LogKeysTest {
    @Test
    void requestsOfDifferentUsersHaveDifferentKeys() {
        assertThat(LogKeys.request(7, "demo", "a", "b/1")).isNotEqualTo(LogKeys.request(7, "demo", "a/b", "1"));
        assertThat(LogKeys.request(7, "demo", "a", "1/b/1")).isNotEqualTo(LogKeys.request(7, "demo", "a/1/b", "1"));
    }
}
