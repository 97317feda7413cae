package io.hawser.room;

import io.hawser.keeper.config.AdminListen;
import io.hawser.keeper.config.LinkListen;
import io.hawser.room.access.AccessConfig;
import io.hawser.room.ban.BanConfig;
import io.hawser.room.broadcast.BroadcastConfig;
import io.hawser.room.connection.ConnectionConfig;
import io.hawser.room.connection.RedeliveryConfig;
import io.hawser.room.gateway.GatewayConfig;
import io.hawser.room.links.PourConfig;
import io.hawser.room.overload.OverloadConfig;
import io.hawser.room.pull.PullConfig;
import io.hawser.room.uplink.UplinkConfig;
import io.hawser.rpc.directory.AppDirectorySettings;
import io.hawser.rpc.event.EventSettings;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.LinkSettings;
import java.time.Duration;
import java.util.Set;

/**
 * A room's configuration. What limits {@code gateway}, its {@code tls} and {@code webSocket}, all of {@code access}, {@code connections}, {@code uplinks}, {@code events}, {@code overload}, {@code drain} and {@code pour}, the timeouts and the
 * interval of reports hold from the moment they change; the rest is read at the start.
 *
 * @param zone where it stands; empty where there are no zones
 * @param link where it listens for other services
 * @param admin where it serves its admin pages
 * @param links how it calls other services
 * @param linkServer how it answers them
 * @param gateway how clients get in
 * @param access who of them does, and how much each may do
 * @param connections how they are treated
 * @param directory how the copy of the apps is kept
 * @param pour how registers are told of sessions
 * @param redelivery what is remembered of what was written and not acknowledged
 * @param uplinks what clients may send up
 * @param events how coordinators are told what became of bindings and messages
 * @param bans how bans are followed
 * @param pulls what clients may pull
 * @param broadcasts how broadcasts are followed and given
 * @param overload when the room takes itself for overloaded, and what it does then
 * @param drain how it is emptied
 * @param enterWithin how long a register may take before a binding goes on without
 * @param saverTimeout how long a saver may take
 * @param reportInterval how often dispatchers are told the load
 */
public record RoomConfig(
        String zone,
        LinkListen link,
        AdminListen admin,
        LinkSettings links,
        LinkServerSettings linkServer,
        GatewayConfig gateway,
        AccessConfig access,
        ConnectionConfig connections,
        AppDirectorySettings directory,
        PourConfig pour,
        RedeliveryConfig redelivery,
        UplinkConfig uplinks,
        EventSettings events,
        BanConfig bans,
        PullConfig pulls,
        BroadcastConfig broadcasts,
        OverloadConfig overload,
        DrainConfig drain,
        Duration enterWithin,
        Duration saverTimeout,
        Duration reportInterval) {
    private static final Set<String> LIVE = Set.of(
            "gateway.maxConnections", "gateway.maxUnauthenticated", "enterWithin", "saverTimeout", "reportInterval");

    private static final Set<String> AT_START = Set.of("broadcasts.maxCounted", "broadcasts.reportEvery");

    /** Whether the key, as {@code connections.window}, holds from the moment it changes. */
    static boolean isLive(String key) {
        return LIVE.contains(key)
                || key.startsWith("access.")
                || key.startsWith("connections.")
                || key.startsWith("uplinks.")
                || key.startsWith("events.")
                || key.startsWith("bans.")
                || key.startsWith("pulls.")
                || (key.startsWith("broadcasts.") && !AT_START.contains(key))
                || key.startsWith("gateway.tls.")
                || key.startsWith("gateway.webSocket.")
                || key.startsWith("overload.")
                || key.startsWith("drain.")
                || key.startsWith("pour.");
    }

    public static RoomConfig defaults() {
        return new RoomConfig(
                "",
                LinkListen.defaults(),
                AdminListen.defaults(),
                LinkSettings.defaults(),
                LinkServerSettings.defaults(),
                GatewayConfig.defaults(),
                AccessConfig.defaults(),
                ConnectionConfig.defaults(),
                AppDirectorySettings.defaults(),
                PourConfig.defaults(),
                RedeliveryConfig.defaults(),
                UplinkConfig.defaults(),
                EventSettings.defaults(),
                BanConfig.defaults(),
                PullConfig.defaults(),
                BroadcastConfig.defaults(),
                OverloadConfig.defaults(),
                DrainConfig.defaults(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1));
    }
}
