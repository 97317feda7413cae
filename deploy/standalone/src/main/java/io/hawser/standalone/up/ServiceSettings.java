package io.hawser.standalone.up;

import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.stores.EmbeddedRedis;
import io.hawser.stores.Ports;
import java.util.Map;

/** What a platform on one machine says to its services, as {@code --set} would. Links and admin pages take free ports. */
public final class ServiceSettings {
    private ServiceSettings() {}

    /** A room that clients reach at this port. */
    public static Map<String, String> ofRoom(int port) {
        return Map.of("gateway.listeners", "[{host: %s, port: %d}]".formatted(Ports.HOST, port));
    }

    /** The same, and clients are told of another host with the same port. */
    public static Map<String, String> ofRoom(int port, String toldOfAt) {
        return Map.of(
                "gateway.listeners",
                "[{host: %s, port: %d, advertised: ['%s:%d']}]".formatted(Ports.HOST, port, toldOfAt, port));
    }

    /** A dispatcher that clients ask at this port. */
    public static Map<String, String> ofDispatcher(int port) {
        return Map.of("http.host", Ports.HOST, "http.port", Integer.toString(port));
    }

    /** A center whose API is at this port. */
    public static Map<String, String> ofCenter(int port) {
        return Map.of("api.host", Ports.HOST, "api.port", Integer.toString(port));
    }

    /** A coordinator whose apps have their back ends on this machine. */
    public static Map<String, String> ofCoordinator() {
        return Map.of("webhooks.allowedNetworks", "['127.0.0.0/8', '::1/128']");
    }

    /** A saver over these stores. */
    public static Map<String, String> ofSaver(EmbeddedRedis redis, EmbeddedMariaDb mariaDb) {
        return Map.of("redis.uri", "redis://" + redis.address(), "mysql.jdbcUrl", mariaDb.jdbcUrl());
    }
}
