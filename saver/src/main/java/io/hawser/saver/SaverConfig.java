package io.hawser.saver;

import io.hawser.keeper.config.AdminListen;
import io.hawser.keeper.config.LinkListen;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.saver.ban.BanSettings;
import io.hawser.saver.broadcast.BroadcastSettings;
import io.hawser.saver.endpoint.EndpointSettings;
import io.hawser.saver.hold.HoldSettings;
import io.hawser.saver.journal.MySqlSettings;
import io.hawser.saver.log.LaneSettings;
import io.hawser.saver.outbox.OutboxSettings;
import io.hawser.saver.purge.Lifetime;
import io.hawser.saver.purge.Outdated;
import io.hawser.saver.purge.PurgeSettings;
import io.hawser.saver.redis.RedisSettings;
import io.hawser.saver.spool.SpoolSettings;
import java.time.Duration;
import java.util.List;

/**
 * A saver's configuration.
 *
 * @param link where its links are reached
 * @param admin where its admin pages are
 * @param zone where it stands
 * @param server how it answers others
 * @param links how it calls registers and rooms
 * @param redis the working copy
 * @param mysql the truth
 * @param lanes the threads that own slots
 * @param spool what stands in for MySQL where an app is {@code available}
 * @param pushTimeout how long a register or room may take to answer when an owed push is made
 * @param purgeEvery how often rows whose time is over are deleted, by one saver for all
 * @param purges how gently
 * @param tombstoneLifetime how long it is remembered why a message is gone; longer than any message lives
 * @param outbox how long what goes up is remembered once it is over
 * @param bans how many there may be
 * @param broadcasts bounds of the apps' broadcast logs and tasks
 * @param endpoints bounds of groups and cursors
 * @param holds how mailboxes are held back from clients that never acknowledge
 */
public record SaverConfig(
        LinkListen link,
        AdminListen admin,
        String zone,
        LinkServerSettings server,
        LinkSettings links,
        RedisSettings redis,
        MySqlSettings mysql,
        LaneSettings lanes,
        SpoolSettings spool,
        Duration pushTimeout,
        Duration purgeEvery,
        PurgeSettings purges,
        Duration tombstoneLifetime,
        OutboxSettings outbox,
        BanSettings bans,
        BroadcastSettings broadcasts,
        EndpointSettings endpoints,
        HoldSettings holds) {
    private static final Outdated MESSAGES = Outdated.by("message", "expires_ms");
    private static final Outdated REQUESTS = Outdated.by("request", "accepted_ms");
    private static final Outdated TOMBSTONES = Outdated.by("tombstone", "at_ms");

    public SaverConfig {
        Connections.require("mysql.logPoolSize", mysql.logPoolSize(), Connections.ofLogs(lanes));
        Connections.require(
                "mysql.storePoolSize",
                mysql.storePoolSize(),
                Connections.ofStores(broadcasts.batches(), endpoints.batches()));
    }

    /** What users' logs leave: messages that expired and nobody came to load, requests, tombstones. */
    List<Lifetime> lifetimesOfLogs() {
        return List.of(
                Lifetime.until(MESSAGES),
                new Lifetime(REQUESTS, lanes.requestLifetime()),
                new Lifetime(TOMBSTONES, tombstoneLifetime));
    }

    public static SaverConfig defaults() {
        return new SaverConfig(
                LinkListen.defaults(),
                AdminListen.defaults(),
                "",
                LinkServerSettings.defaults(),
                LinkSettings.defaults(),
                RedisSettings.defaults(),
                MySqlSettings.defaults(),
                LaneSettings.defaults(),
                SpoolSettings.defaults(),
                Duration.ofSeconds(2),
                Duration.ofMinutes(1),
                PurgeSettings.defaults(),
                Duration.ofDays(31),
                OutboxSettings.defaults(),
                BanSettings.defaults(),
                BroadcastSettings.defaults(),
                EndpointSettings.defaults(),
                HoldSettings.defaults());
    }
}
