package io.hawser.saver.ban;

import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.rpc.v1.AuditEntry;
import io.hawser.rpc.v1.Ban;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The statements. Those that change something are for a transaction that has {@linkplain #nextVersion the lock}. */
final class BanTables {
    static final long NEVER_MS = Long.MAX_VALUE;

    private static final String COLUMNS = "SELECT id, version, lifted, content FROM ban ";

    private BanTables() {}

    /** Takes the lock that orders changes, and the next version. */
    static long nextVersion(Connection connection) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE ban_version SET version = version + 1 WHERE singleton = 1")) {
            update.executeUpdate();
        }
        return version(connection, "version");
    }

    /** The version up to which rows were deleted: who knows less may hold what is no more. */
    static long forgotten(Connection connection) throws SQLException {
        return version(connection, "forgotten");
    }

    private static long version(Connection connection, String column) throws SQLException {
        try (PreparedStatement select =
                        connection.prepareStatement("SELECT " + column + " FROM ban_version WHERE singleton = 1");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** The ban of the same target, lifted or not. */
    static Optional<Ban> find(Connection connection, Ban target) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(COLUMNS + "WHERE app = ? AND user = ? AND device = ? AND network = ?")) {
            bindTarget(select, target);
            return bans(select).stream().findFirst();
        }
    }

    static Optional<Ban> find(Connection connection, String app, long id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(COLUMNS + "WHERE id = ? AND app = ?")) {
            select.setLong(1, id);
            select.setBytes(2, utf8(app));
            return bans(select).stream().findFirst();
        }
    }

    /** Those that are neither lifted nor over, of all. */
    static long count(Connection connection, long nowMs) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT COUNT(*) FROM ban WHERE lifted = FALSE AND expires_ms > ?")) {
            select.setLong(1, nowMs);
            return count(select);
        }
    }

    /** Those of an app, or with no app of the cluster, that are neither lifted nor over. */
    static long count(Connection connection, String app, long nowMs) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT COUNT(*) FROM ban WHERE app = ? AND lifted = FALSE AND expires_ms > ?")) {
            select.setBytes(1, utf8(app));
            select.setLong(2, nowMs);
            return count(select);
        }
    }

    private static long count(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Writes a new ban, or the one of that target anew. */
    static void put(Connection connection, Ban ban, long rowExpiresMs) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO ban"
                + " (app, user, device, network, version, lifted, expires_ms, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON DUPLICATE KEY UPDATE version = VALUES(version), lifted = VALUES(lifted),"
                + " expires_ms = VALUES(expires_ms), content = VALUES(content)")) {
            bindTarget(insert, ban);
            insert.setLong(5, ban.getVersion());
            insert.setBoolean(6, ban.getLifted());
            insert.setLong(7, rowExpiresMs);
            insert.setBytes(8, content(ban));
            insert.executeUpdate();
        }
    }

    /** Of an app, beyond an id, in their order. */
    static List<Ban> list(Connection connection, String app, long afterId, int limit, long nowMs) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                COLUMNS + "WHERE app = ? AND id > ? AND lifted = FALSE AND expires_ms > ? ORDER BY id LIMIT ?")) {
            select.setBytes(1, utf8(app));
            select.setLong(2, afterId);
            select.setLong(3, nowMs);
            select.setInt(4, limit);
            return bans(select);
        }
    }

    /** Beyond a version, in their order, lifted ones too. */
    static List<Ban> since(Connection connection, long version, int limit) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(COLUMNS + "WHERE version > ? ORDER BY version LIMIT ?")) {
            select.setLong(1, version);
            select.setInt(2, limit);
            return bans(select);
        }
    }

    /** Deletes rows that are over, and notes up to which version some are missing. */
    static int deleteOver(Connection connection, long beforeMs, int limit) throws SQLException {
        return deleteOver(connection, true, beforeMs, limit) + deleteOver(connection, false, beforeMs, limit);
    }

    /** One that expired may have replaced a longer one, which somebody who was cut off still holds: it counts, too. */
    private static int deleteOver(Connection connection, boolean lifted, long beforeMs, int limit) throws SQLException {
        String rows = "FROM ban WHERE lifted = ? AND expires_ms < ? ORDER BY expires_ms, id LIMIT ?";
        try (PreparedStatement note =
                        connection.prepareStatement("UPDATE ban_version SET forgotten = GREATEST(forgotten,"
                                + " (SELECT COALESCE(MAX(version), 0) FROM (SELECT version " + rows
                                + ") gone)) WHERE singleton = 1");
                PreparedStatement delete = connection.prepareStatement("DELETE " + rows)) {
            bindOver(note, lifted, beforeMs, limit);
            bindOver(delete, lifted, beforeMs, limit);
            note.executeUpdate();
            return delete.executeUpdate();
        }
    }

    private static void bindOver(PreparedStatement statement, boolean lifted, long beforeMs, int limit)
            throws SQLException {
        statement.setBoolean(1, lifted);
        statement.setLong(2, beforeMs);
        statement.setInt(3, limit);
    }

    static void appendAudit(Connection connection, AuditEntry entry) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO audit (content) VALUES (?)")) {
            insert.setBytes(1, entry.toByteArray());
            insert.executeUpdate();
        }
    }

    private static void bindTarget(PreparedStatement statement, Ban ban) throws SQLException {
        statement.setBytes(1, utf8(ban.getApp()));
        statement.setBytes(2, utf8(ban.getUser()));
        statement.setBytes(3, utf8(ban.getDevice()));
        statement.setBytes(4, utf8(ban.getNetwork()));
    }

    private static byte[] content(Ban ban) {
        return ban.toBuilder().clearId().clearVersion().clearLifted().build().toByteArray();
    }

    private static List<Ban> bans(PreparedStatement select) throws SQLException {
        List<Ban> bans = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                bans.add(parsed(rows.getBytes(4)).toBuilder()
                        .setId(rows.getLong(1))
                        .setVersion(rows.getLong(2))
                        .setLifted(rows.getBoolean(3))
                        .build());
            }
        }
        return bans;
    }

    private static Ban parsed(byte[] content) throws SQLException {
        try {
            return Ban.parseFrom(content);
        } catch (InvalidProtocolBufferException e) {
            throw new SQLException("ban.content is damaged", e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
