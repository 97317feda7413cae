package io.hawser.saver.redis;

import io.hawser.keeper.config.Secret;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StaticCredentialsProvider;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    /** A name, or an IPv6 address in brackets. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]");

    private static final Pattern NODE = Pattern.compile("(?:" + HOST + ")(?::(?<port>[0-9]{1,5}))?");

    private static final int MAX_PORT = 65_535;

    private final RedisSettings settings;

    private RedisAddress(RedisSettings settings) {
        this.settings = settings;
    }

    static RedisAddress of(RedisSettings settings) {
        return new RedisAddress(settings);
    }

    /**
     * Refuses what is no address of any kind, whole: what is found out when somebody connects is told to nobody who could
     * mend it.
     */
    static void check(String uri) {
        if (SCHEMES.stream().noneMatch(uri::startsWith)) {
            throw refusal(uri, "one of " + String.join(", ", SCHEMES));
        }
        boolean sentinel = uri.contains("-sentinel://");
        if (sentinel && !uri.contains("#") && !uri.contains("sentinelMasterId=")) {
            throw refusal(uri, "redis-sentinel://host:26379,host:26379#name-of-the-master");
        }
        String behindScheme = behindScheme(uri);
        String nodes = behindScheme.split("[/?#]", 2)[0];
        for (String node : nodes.split(",", -1)) {
            checkNode(uri, node.strip());
        }
        if (!isCluster(uri)) {
            checkParsed(uri, uri);
        } else if (nodes.equals(behindScheme)) {
            seeds(uri).forEach(seed -> checkParsed(uri, seed));
        } else {
            throw refusal(uri, "nothing behind the nodes of a cluster");
        }
    }

    private static void checkNode(String uri, String node) {
        Matcher matcher = NODE.matcher(node);
        if (!matcher.matches()) {
            throw refusal(uri, "host:port or [address]:port in the place of '" + node + "'");
        }
        String port = matcher.group("port");
        if (port != null && (Integer.parseInt(port) < 1 || Integer.parseInt(port) > MAX_PORT)) {
            throw refusal(uri, "a port from 1 to " + MAX_PORT + " in the place of " + port);
        }
    }

    private static void checkParsed(String uri, String address) {
        RedisURI parsed;
        try {
            parsed = RedisURI.create(address);
        } catch (RuntimeException e) {
            throw refusal(uri, "an address that can be read: " + e.getMessage());
        }
        // What the client cannot take apart it takes for a host's name: several servers, a port behind a name with a
        // '_'.
        if (parsed.getSentinels().isEmpty() && !HOST.matcher(parsed.getHost()).matches()) {
            throw refusal(uri, "one server, whose name has letters, digits, '-' and '.'");
        }
    }

    boolean isCluster() {
        return isCluster(settings.uri());
    }

    private static boolean isCluster(String uri) {
        return uri.startsWith(CLUSTER) || uri.startsWith(CLUSTER_TLS);
    }

    private static String behindScheme(String uri) {
        return uri.substring(uri.indexOf("//") + 2);
    }

    /** One server, or sentinels that know of one. */
    RedisURI server() {
        return authenticated(RedisURI.create(settings.uri()));
    }

    /** The nodes of a cluster that are named: any of them knows the others. */
    List<RedisURI> seeds() {
        return seeds(settings.uri()).stream()
                .map(seed -> authenticated(RedisURI.create(seed)))
                .toList();
    }

    private static List<String> seeds(String uri) {
        return Arrays.stream(behindScheme(uri).split(","))
                .map(node -> scheme(uri) + node.strip())
                .toList();
    }

    /** A node that a cluster names. */
    RedisURI node(String host, int port) {
        RedisURI node = RedisURI.create(scheme(settings.uri()) + "localhost");
        node.setHost(host);
        node.setPort(port);
        return authenticated(node);
    }

    private static String scheme(String uri) {
        return uri.startsWith(CLUSTER_TLS) ? "rediss://" : "redis://";
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
