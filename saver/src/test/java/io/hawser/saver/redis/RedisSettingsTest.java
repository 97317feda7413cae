package io.hawser.saver.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RedisSettingsTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:6379", "http://127.0.0.1:6379", "redis-sentinel://127.0.0.1:26379", ""})
    void whatIsNoAddressOfRedisIsRefused(String uri) {
        assertThatThrownBy(() -> settings(uri))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("uri: " + uri + " (expected: ");
    }

    @Test
    void sentinelsAreNamedWithTheirMaster() {
        RedisURI uri = RedisAddress.of(settings("redis-sentinel://one:26379,two:26380#hawser"))
                .server();
        assertThat(uri.getSentinelMasterId()).isEqualTo("hawser");
        assertThat(uri.getSentinels()).extracting(RedisURI::getHost).containsExactly("one", "two");
        assertThat(uri.getSentinels()).extracting(RedisURI::getPort).containsExactly(26_379, 26_380);
    }

    @Test
    void nodesOfAClusterAreNamed() {
        RedisAddress address = RedisAddress.of(settings("rediss-cluster://one:7000,[::1]:7001"));
        assertThat(address.isCluster()).isTrue();
        assertThat(address.seeds()).extracting(RedisURI::getPort).containsExactly(7_000, 7_001);
        assertThat(address.seeds()).allMatch(RedisURI::isSsl);
        assertThat(address.node("::1", 7_002).getHost()).isEqualTo("::1");
    }

    private static RedisSettings settings(String uri) {
        return TestRedis.with(uri, 10);
    }
}
