package io.hawser.saver.directory;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.hawser.rpc.v1.AuditEntry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The directory's SQL. Each method runs in its caller's transaction. */
final class DirectoryTables {
    private DirectoryTables() {}

    /**
     * Takes the next version. The row stays locked until the transaction ends, so that versions become visible in their
     * order.
     */
    static long nextVersion(Handle handle) {
        long version = handle.createQuery("SELECT version FROM directory_version WHERE singleton = 1 FOR UPDATE")
                        .mapTo(Long.class)
                        .one()
                + 1;
        handle.createUpdate("UPDATE directory_version SET version = :version WHERE singleton = 1")
                .bind("version", version)
                .execute();
        return version;
    }

    static <M extends MessageLite> Optional<M> find(Handle handle, Kind kind, String id, Parser<M> parser) {
        return handle.createQuery("SELECT content FROM " + kind.table + " WHERE id = :id")
                .bind("id", bytes(id))
                .mapTo(byte[].class)
                .findOne()
                .map(content -> parse(parser, content));
    }

    static void put(Handle handle, Kind kind, String id, long version, MessageLite content) {
        handle.createUpdate("INSERT INTO " + kind.table + " (id, version, content) VALUES (:id, :version, :content)"
                        + " ON DUPLICATE KEY UPDATE version = VALUES(version), content = VALUES(content)")
                .bind("id", bytes(id))
                .bind("version", version)
                .bind("content", content.toByteArray())
                .execute();
    }

    /** Entries with a version above {@code since}, oldest change first, at most {@code limit}. */
    static <M extends MessageLite> List<M> changedSince(
            Handle handle, Kind kind, long since, int limit, Parser<M> parser) {
        return handle.createQuery(
                        "SELECT content FROM " + kind.table + " WHERE version > :since ORDER BY version LIMIT :limit")
                .bind("since", since)
                .bind("limit", limit)
                .mapTo(byte[].class)
                .map(content -> parse(parser, content))
                .list();
    }

    static long appendAudit(Handle handle, AuditEntry entry) {
        return handle.createUpdate("INSERT INTO audit (content) VALUES (:content)")
                .bind("content", entry.toByteArray())
                .executeAndReturnGeneratedKeys("number")
                .mapTo(Long.class)
                .one();
    }

    /** Entries below {@code before}, newest first, at most {@code limit}. */
    static List<AuditEntry> auditBefore(Handle handle, long before, int limit) {
        return handle.createQuery(
                        "SELECT number, content FROM audit WHERE number < :before ORDER BY number DESC LIMIT :limit")
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> parse(AuditEntry.parser(), row.getBytes("content")).toBuilder()
                        .setNumber(row.getLong("number"))
                        .build())
                .list();
    }

    private static byte[] bytes(String id) {
        return id.getBytes(StandardCharsets.UTF_8);
    }

    private static <M extends MessageLite> M parse(Parser<M> parser, byte[] content) {
        try {
            return parser.parseFrom(content);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("directory row cannot be read", e);
        }
    }

    /** What the directory holds by id and version. */
    enum Kind {
        APP("app"),
        CREDENTIAL("credential");

        private final String table;

        Kind(String table) {
            this.table = table;
        }
    }
}
