package io.hawser.saver.ban;

import io.hawser.rpc.id.AppId;
import io.hawser.rpc.id.DeviceId;
import io.hawser.rpc.id.Network;
import io.hawser.rpc.id.UserId;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.AuditEntry;
import io.hawser.rpc.v1.Ban;
import io.hawser.rpc.v1.BanStoreGrpc;
import io.hawser.rpc.v1.DeleteBanRequest;
import io.hawser.rpc.v1.ListBansReply;
import io.hawser.rpc.v1.ListBansRequest;
import io.hawser.rpc.v1.PutBanRequest;
import io.hawser.rpc.v1.ReadBansReply;
import io.hawser.rpc.v1.ReadBansRequest;
import io.hawser.saver.batch.Asked;
import io.hawser.saver.batch.BatchSettings;
import io.hawser.saver.batch.Batcher;
import io.hawser.saver.batch.StoreCalls;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;

/**
 * Keeps bans. A change takes the one version row, so that changes are few at a time and seen in their order; reads take
 * nothing, and rooms that ask the same thing at the same time are answered by one query.
 */
public final class BanStore implements AutoCloseable {
    private static final int MAX_ENTRIES = 1_000;

    private final BanSettings settings;
    private final Clock clock;
    private final StoreCalls calls;
    private final Batcher<ReadBansRequest, ReadBansReply> reads;

    public BanStore(
            DataSource database, BanSettings settings, BatchSettings bounds, Clock clock, MeterRegistry meters) {
        this.settings = settings;
        this.clock = clock;
        this.calls = new StoreCalls("bans", bounds, database, meters);
        this.reads = new Batcher<>("bans.read", Batcher.View.SNAPSHOT, bounds, database, meters, this::read);
    }

    public void addTo(LinkServer.Builder server) {
        server.handle(BanStoreGrpc.getPutBanMethod(), (request, caller) -> put(request));
        server.handle(BanStoreGrpc.getDeleteBanMethod(), (request, caller) -> delete(request));
        server.handle(BanStoreGrpc.getListBansMethod(), (request, caller) -> list(request));
        server.handle(BanStoreGrpc.getReadBansMethod(), (request, caller) -> reads.submit("", checked(request)));
    }

    @Override
    public void close() {
        calls.close();
        reads.close();
    }

    CompletableFuture<Ban> put(PutBanRequest request) {
        Ban asked = checked(request.getBan());
        return calls.run(asked.getApp(), connection -> {
            long version = BanTables.nextVersion(connection);
            long nowMs = clock.millis();
            Optional<Ban> present = BanTables.find(connection, asked);
            if (present.isEmpty() || isOver(present.get(), nowMs)) {
                requireRoom(connection, asked.getApp(), nowMs);
            }
            Ban ban = asked.toBuilder()
                    .clearId()
                    .clearLifted()
                    .setVersion(version)
                    .setCreatedMs(nowMs)
                    .build();
            BanTables.put(connection, ban, ban.getExpiresMs() == 0 ? BanTables.NEVER_MS : ban.getExpiresMs());
            audit(connection, request.hasAudit(), request.getAudit());
            return BanTables.find(connection, ban).orElseThrow();
        });
    }

    CompletableFuture<Ban> delete(DeleteBanRequest request) {
        return calls.run(request.getApp(), connection -> {
            long version = BanTables.nextVersion(connection);
            long nowMs = clock.millis();
            Ban present = BanTables.find(connection, request.getApp(), request.getId())
                    .filter(ban -> !isOver(ban, nowMs))
                    .orElseThrow(() -> HawserException.refusal(
                            ErrorCode.NOT_FOUND,
                            "id: " + Long.toUnsignedString(request.getId()) + " (expected: a ban in force)"));
            Ban lifted = present.toBuilder().setLifted(true).setVersion(version).build();
            BanTables.put(connection, lifted, nowMs + settings.liftedKeptFor().toMillis());
            audit(connection, request.hasAudit(), request.getAudit());
            return lifted;
        });
    }

    CompletableFuture<ListBansReply> list(ListBansRequest request) {
        int limit = entries(request.getMaxEntries());
        return calls.run(
                request.getApp(),
                connection -> ListBansReply.newBuilder()
                        .addAllBans(BanTables.list(
                                connection, request.getApp(), request.getAfterId(), limit, clock.millis()))
                        .build());
    }

    CompletableFuture<ReadBansReply> read(ReadBansRequest request) {
        return reads.submit("", checked(request));
    }

    private void read(Connection connection, List<Asked<ReadBansRequest, ReadBansReply>> batch) throws SQLException {
        Map<ReadBansRequest, ReadBansReply> answers = new HashMap<>();
        long forgotten = BanTables.forgotten(connection);
        for (Asked<ReadBansRequest, ReadBansReply> asked : batch) {
            ReadBansReply known = answers.get(asked.request());
            if (known == null) {
                known = read(connection, asked.request(), forgotten);
                answers.put(asked.request(), known);
            }
            asked.answer(known);
        }
    }

    private static ReadBansReply read(Connection connection, ReadBansRequest request, long forgotten)
            throws SQLException {
        boolean whole = !request.getContinues()
                && (request.getSinceVersion() == 0 || Long.compareUnsigned(request.getSinceVersion(), forgotten) < 0);
        long since = whole ? 0 : request.getSinceVersion();
        int limit = entries(request.getMaxEntries());
        List<Ban> found = BanTables.since(connection, since, limit + 1);
        boolean more = found.size() > limit;
        List<Ban> bans = more ? found.subList(0, limit) : found;
        long last = bans.isEmpty() ? since : bans.getLast().getVersion();
        // Where nothing is left to read, all that was forgotten is known, too.
        return ReadBansReply.newBuilder()
                .addAllBans(bans)
                .setVersion(more ? last : Math.max(last, forgotten))
                .setMore(more)
                .setWhole(whole)
                .build();
    }

    private static boolean isOver(Ban ban, long nowMs) {
        return ban.getLifted() || (ban.getExpiresMs() != 0 && ban.getExpiresMs() <= nowMs);
    }

    /** One app leaves room to the others, and all of them to the cluster. */
    private void requireRoom(Connection connection, String app, long nowMs) throws SQLException {
        long all = BanTables.count(connection, nowMs);
        requireFewer(all, settings.maxBans(), "of all apps");
        if (!app.isEmpty()) {
            requireFewer(BanTables.count(connection, app, nowMs), settings.maxBansPerApp(), "of app " + app);
            requireFewer(all - BanTables.count(connection, "", nowMs), settings.maxBansOfApps(), "of all apps");
        }
    }

    private static void requireFewer(long inForce, int most, String whose) {
        if (inForce >= most) {
            throw HawserException.refusal(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "bans: " + inForce + " are in force, " + whose + " (expected: fewer than " + most + "); lift some");
        }
    }

    private static void audit(Connection connection, boolean given, AuditEntry entry) throws SQLException {
        if (given) {
            BanTables.appendAudit(connection, entry);
        }
    }

    /** A ban is of one thing: a user, a device of one, or a network; a network alone where it is of all apps. */
    private static Ban checked(Ban ban) {
        boolean ofNetwork = !ban.getNetwork().isEmpty();
        if (!ban.getApp().isEmpty()) {
            var _ = new AppId(ban.getApp());
        }
        if (ofNetwork != ban.getUser().isEmpty() || (ban.getApp().isEmpty() && !ofNetwork)) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "ban: of " + (ofNetwork ? "a user and a network" : "nobody")
                            + " (expected: of a user of an app, or of a network)");
        }
        if (ofNetwork) {
            require(ban.getDevice().isEmpty(), "device: set (expected: none, beside network)");
            String canonical = Network.parse(ban.getNetwork()).toString();
            require(
                    canonical.equals(ban.getNetwork()),
                    "network: " + ban.getNetwork() + " (expected: " + canonical + ")");
        } else {
            var _ = new UserId(ban.getUser());
        }
        if (!ban.getDevice().isEmpty()) {
            var _ = new DeviceId(ban.getDevice());
        }
        return ban;
    }

    private static ReadBansRequest checked(ReadBansRequest request) {
        var _ = entries(request.getMaxEntries());
        return request;
    }

    private static int entries(int asked) {
        require(
                asked >= 0 && asked <= MAX_ENTRIES,
                "max_entries: " + Integer.toUnsignedString(asked) + " (expected: 0 to " + MAX_ENTRIES + ")");
        return asked == 0 ? MAX_ENTRIES : asked;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
        }
    }
}
