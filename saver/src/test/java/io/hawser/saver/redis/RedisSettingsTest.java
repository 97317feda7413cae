package io.hawser.saver.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
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
        assertRefused(uri);
    }

    /** Each of these the client takes, or finds out about when it connects. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://",
                "redis://:6379",
                "redis://host:port",
                "redis://host:0",
                "redis://host:65536",
                "redis://one:6379,two:6379",
                "redis://my_host:6379",
                "redis-cluster://my_host:6379",
                "redis://::1:6379",
                "redis://host:6379/first",
                "redis://host:6379/-1",
                "redis://ho st:6379",
                "rediss://host:6379?verifyPeer=SOMETIMES",
                "redis-sentinel://#hawser",
                "redis-sentinel://one:26379,#hawser",
                "redis-sentinel://one:port#hawser",
                "redis-sentinel://one:26379#",
                "redis-cluster://",
                "redis-cluster://one:7000,,two:7001",
                "redis-cluster://one:7000,two:port",
                "redis-cluster://one:7000/1",
                "redis-cluster://one:7000?verifyPeer=NONE"
            })
    void whatWouldFailLaterIsRefusedAtOnce(String uri) {
        assertRefused(uri);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://127.0.0.1",
                "redis://redis-0.redis.svc:6379/3",
                "rediss://[::1]:6379?verifyPeer=NONE",
                "redis-sentinel://my_sentinel:26379#hawser",
                "rediss-sentinel://one,two:26380?sentinelMasterId=hawser",
                "redis-cluster://one-node:7000, two:7001"
            })
    void whatTheClientCanConnectToIsTaken(String uri) {
        assertThatNoException().isThrownBy(() -> settings(uri));
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

    private static void assertRefused(String uri) {
        assertThatThrownBy(() -> settings(uri))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("uri: " + uri + " (expected: ");
    }

    private static RedisSettings settings(String uri) {
        return TestRedis.with(uri, 10);
    }
}
