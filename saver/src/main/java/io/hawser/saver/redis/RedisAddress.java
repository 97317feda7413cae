package io.hawser.saver.redis;

import io.hawser.keeper.config.Secret;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StaticCredentialsProvider;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is, as {@link RedisSettings#uri} says it: one server; the master that sentinels name; or a cluster, some of
 * whose nodes are named.
 */
final class RedisAddress {
    private static final String CLUSTER = "redis-cluster://";
    private static final String CLUSTER_TLS = "rediss-cluster://";
    private static final List<String> SCHEMES =
            List.of("redis://", "rediss://", "redis-sentinel://", "rediss-sentinel://", CLUSTER, CLUSTER_TLS);

    private final RedisSettings settings;

    private RedisAddress(RedisSettings settings) {
        this.settings = settings;
    }

    static RedisAddress of(RedisSettings settings) {
        return new RedisAddress(settings);
    }

    /** Refuses what is no address of any kind. */
    static void check(String uri) {
        if (SCHEMES.stream().noneMatch(uri::startsWith)) {
            throw refusal(uri, "one of " + String.join(", ", SCHEMES));
        }
        boolean sentinel = uri.contains("-sentinel://");
        if (sentinel && !uri.contains("#") && !uri.contains("sentinelMasterId=")) {
            throw refusal(uri, "redis-sentinel://host:26379,host:26379#name-of-the-master");
        }
    }

    boolean isCluster() {
        return settings.uri().startsWith(CLUSTER) || settings.uri().startsWith(CLUSTER_TLS);
    }

    /** One server, or sentinels that know of one. */
    RedisURI server() {
        return authenticated(RedisURI.create(settings.uri()));
    }

    /** The nodes of a cluster that are named: any of them knows the others. */
    List<RedisURI> seeds() {
        String hosts = settings.uri().substring(settings.uri().indexOf("//") + 2);
        return Arrays.stream(hosts.split(","))
                .map(host -> authenticated(RedisURI.create(scheme() + host.strip())))
                .toList();
    }

    /** A node that a cluster names. */
    RedisURI node(String host, int port) {
        RedisURI node = RedisURI.create(scheme() + "localhost");
        node.setHost(host);
        node.setPort(port);
        return authenticated(node);
    }

    private String scheme() {
        return settings.uri().startsWith(CLUSTER_TLS) ? "rediss://" : "redis://";
    }

    private RedisURI authenticated(RedisURI uri) {
        uri.setTimeout(settings.commandTimeout());
        @Nullable StaticCredentialsProvider ofServer = credentials(settings.username(), settings.password());
        if (ofServer != null) {
            uri.setCredentialsProvider(ofServer);
        }
        @Nullable StaticCredentialsProvider ofSentinels = credentials("", settings.sentinelPassword());
        for (RedisURI sentinel : uri.getSentinels()) {
            sentinel.setTimeout(settings.commandTimeout());
            if (ofSentinels != null) {
                sentinel.setCredentialsProvider(ofSentinels);
            }
        }
        return uri;
    }

    private static @Nullable StaticCredentialsProvider credentials(String username, Secret password) {
        return password.isEmpty()
                ? null
                : new StaticCredentialsProvider(
                        username.isEmpty() ? "default" : username,
                        password.reveal().toCharArray());
    }

    private static HawserException refusal(String uri, String expected) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "uri: " + uri + " (expected: " + expected + ")");
    }
}
