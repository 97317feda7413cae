package io.hawser.saver.hold;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.ListMailboxDeadLettersReply;
import io.hawser.rpc.v1.ListMailboxDeadLettersRequest;
import io.hawser.rpc.v1.MailboxDeadLetter;
import io.hawser.rpc.v1.ReadMailboxDeadLettersReply;
import io.hawser.rpc.v1.ReadMailboxDeadLettersRequest;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.saver.batch.RowPage;
import io.hawser.saver.batch.Sql;
import io.hawser.wire.v1.Content;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code mailbox_dead_letter}. A row is a letter once it is confirmed: the mailbox was taken past it. Others are
 * shown to nobody.
 */
final class LetterRows {
    /** In one request. */
    static final int MAX_A_REQUEST = 1_000;

    /** Read at once with their bodies. */
    static final int MAX_WHOLE = 64;

    private static final String COLUMNS = "SELECT id, user, mailbox, seq, fruitless, buried_ms, ";
    /** A saver of before V16 told no body apart: of its letters alone the whole is read. */
    private static final String HEADER = "COALESCE(header, (SELECT content FROM mailbox_dead_letter AS whole"
            + " WHERE whole.id = mailbox_dead_letter.id)) AS header, body_bytes";

    private static final String FROM = " FROM mailbox_dead_letter WHERE ";
    private static final String OF_MESSAGE = "(slot = ? AND app = ? AND user = ? AND seq = ? AND confirmed = TRUE)";
    private static final String OF_MAILBOX = "slot = ? AND app = ? AND user = ? AND mailbox = ? AND confirmed = FALSE";

    private LetterRows() {}

    /** A message of a user's log. */
    record MessageKey(UserKey user, long seq) {}

    /** How many an app has, confirmed or not. */
    record Total(int letters, long bytes) {}

    static Total total(Connection connection, String app) throws SQLException {
        return Sql.first(
                        connection,
                        "SELECT COUNT(*) AS letters, COALESCE(SUM(bytes), 0) AS bytes FROM mailbox_dead_letter WHERE app = ?",
                        row -> new Total(row.getInt("letters"), row.getLong("bytes")),
                        app)
                .orElse(new Total(0, 0));
    }

    /** Stores messages of a mailbox, not confirmed; one that is stored already stays as it is. */
    static void insert(
            Connection connection, MailboxKey mailbox, List<StoredMessage> messages, int fruitless, long nowMs)
            throws SQLException {
        Object[] of = mailbox.columns();
        List<@Nullable Object[]> rows = new ArrayList<>(messages.size());
        for (StoredMessage message : messages) {
            Header header = Header.of(message.getContent());
            rows.add(new @Nullable Object[] {
                of[0],
                of[1],
                of[2],
                of[3],
                message.getSeq(),
                fruitless,
                nowMs,
                message.getContent().size(),
                message.getContent().toByteArray(),
                header.content().toByteArray(),
                header.bodyBytes()
            });
        }
        Sql.batch(
                connection,
                "INSERT INTO mailbox_dead_letter (slot, app, user, mailbox, seq, fruitless, buried_ms, bytes, content,"
                        + " header, body_bytes, confirmed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, FALSE)"
                        + " ON DUPLICATE KEY UPDATE fruitless = VALUES(fruitless)",
                rows);
    }

    /** What a mailbox was taken past is its letters from now on. Returns how many more these are. */
    static int confirm(Connection connection, MailboxKey mailbox, long upTo) throws SQLException {
        return Sql.update(
                connection,
                "UPDATE mailbox_dead_letter SET confirmed = TRUE WHERE " + OF_MAILBOX + " AND seq <= ?",
                beside(mailbox, upTo));
    }

    /** Deletes what a mailbox was not taken past. */
    static int discard(Connection connection, MailboxKey mailbox, long beyond) throws SQLException {
        return Sql.update(
                connection,
                "DELETE FROM mailbox_dead_letter WHERE " + OF_MAILBOX + " AND seq > ?",
                beside(mailbox, beyond));
    }

    /** Deletes all of a mailbox that is not confirmed: nobody will. */
    static int discard(Connection connection, MailboxKey mailbox) throws SQLException {
        return discard(connection, mailbox, 0);
    }

    private static Object[] beside(MailboxKey mailbox, long seq) {
        Object[] of = mailbox.columns();
        return new Object[] {of[0], of[1], of[2], of[3], seq};
    }

    /** Newest first, without their bodies. */
    static ListMailboxDeadLettersReply list(Connection connection, ListMailboxDeadLettersRequest request, int max)
            throws SQLException {
        ListMailboxDeadLettersReply.Builder page = ListMailboxDeadLettersReply.newBuilder();
        List<Object> of = owner(request.getApp(), request.getUser());
        of.add(request.getBeforeId() == 0 ? Long.MAX_VALUE : request.getBeforeId());
        boolean more = RowPage.read(
                connection,
                COLUMNS + HEADER + FROM + ownerIs(request.getUser()) + " AND id < ? ORDER BY id DESC LIMIT ?",
                max,
                LetterRows::withoutBody,
                page::addLetters,
                of.toArray());
        return page.setMore(more).build();
    }

    /** Whole, oldest first, {@link #MAX_WHOLE} at most. */
    static ReadMailboxDeadLettersReply read(Connection connection, ReadMailboxDeadLettersRequest request, int max)
            throws SQLException {
        List<Long> ids = request.getIdsList().stream()
                .filter(id -> id > request.getAfterId())
                .toList();
        if (ids.isEmpty() && request.getIdsCount() > 0) {
            return ReadMailboxDeadLettersReply.getDefaultInstance();
        }
        ReadMailboxDeadLettersReply.Builder page = ReadMailboxDeadLettersReply.newBuilder();
        List<Object> of = owner(request.getApp(), request.getUser());
        of.addAll(ids.isEmpty() ? List.of(request.getAfterId()) : ids);
        boolean more = RowPage.read(
                connection,
                COLUMNS + "content" + FROM
                        + ownerIs(request.getUser())
                        + (ids.isEmpty() ? " AND id > ?" : those(ids.size()))
                        + " ORDER BY id LIMIT ?",
                max,
                LetterRows::whole,
                page::addLetters,
                of.toArray());
        return page.setMore(more).build();
    }

    /** The oldest of those that are meant. Returns how many there were. */
    static int delete(Connection connection, String app, String user, List<Long> ids) throws SQLException {
        List<Object> of = owner(app, user);
        of.addAll(ids);
        return Sql.update(
                connection,
                "DELETE FROM mailbox_dead_letter WHERE " + ownerIs(user) + those(ids.size()) + " ORDER BY id LIMIT "
                        + MAX_A_REQUEST,
                of.toArray());
    }

    static int delete(Connection connection, UserKey user) throws SQLException {
        return Sql.update(
                connection,
                "DELETE FROM mailbox_dead_letter WHERE slot = ? AND app = ? AND user = ?",
                user.slot(),
                user.app().value(),
                Sql.bytes(user.user().value()));
    }

    /** Letters of a message, and what may become one. */
    static int delete(Connection connection, MessageKey message) throws SQLException {
        UserKey user = message.user();
        return Sql.update(
                connection,
                "DELETE FROM mailbox_dead_letter WHERE slot = ? AND app = ? AND user = ? AND seq = ?",
                user.slot(),
                user.app().value(),
                Sql.bytes(user.user().value()),
                message.seq());
    }

    /** Apps that have any. */
    static Set<String> apps(Connection connection) throws SQLException {
        return new HashSet<>(
                Sql.list(connection, "SELECT DISTINCT app FROM mailbox_dead_letter", row -> row.getString("app")));
    }

    /** In which mailboxes some messages are dead. */
    static Map<MessageKey, Set<String>> mailboxes(Connection connection, Collection<MessageKey> messages)
            throws SQLException {
        List<Object> values = new ArrayList<>();
        for (MessageKey message : messages) {
            UserKey user = message.user();
            values.addAll(List.of(
                    user.slot(), user.app().value(), Sql.bytes(user.user().value()), message.seq()));
        }
        String any = String.join(" OR ", Collections.nCopies(messages.size(), OF_MESSAGE));
        Map<MessageKey, Set<String>> found = new HashMap<>();
        Sql.list(
                        connection,
                        "SELECT app, user, seq, mailbox FROM mailbox_dead_letter WHERE " + any,
                        row -> Map.entry(
                                new MessageKey(
                                        UserKey.of(row.getString("app"), Sql.text(row, "user")), row.getLong("seq")),
                                Sql.text(row, "mailbox")),
                        values.toArray())
                .forEach(each -> found.computeIfAbsent(each.getKey(), _ -> new HashSet<>())
                        .add(each.getValue()));
        return found;
    }

    private static List<Object> owner(String app, String user) {
        List<Object> owner = new ArrayList<>();
        owner.add(app);
        if (!user.isEmpty()) {
            owner.add(Sql.bytes(user));
        }
        return owner;
    }

    private static String ownerIs(String user) {
        return (user.isEmpty() ? "app = ?" : "app = ? AND user = ?") + " AND confirmed = TRUE";
    }

    /** None are named: all. */
    private static String those(int ids) {
        return ids == 0 ? "" : " AND id IN " + Sql.in(ids);
    }

    private static MailboxDeadLetter whole(ResultSet row) throws SQLException {
        return letter(row)
                .setContent(UnsafeByteOperations.unsafeWrap(row.getBytes("content")))
                .build();
    }

    private static MailboxDeadLetter withoutBody(ResultSet row) throws SQLException {
        return letter(row)
                .setContent(UnsafeByteOperations.unsafeWrap(row.getBytes("header")))
                .setBodyBytes(row.getInt("body_bytes"))
                .build();
    }

    /** A message without its body, and how long that is. What is no message has nothing to show but its size. */
    private record Header(ByteString content, int bodyBytes) {
        static Header of(ByteString message) {
            try {
                Content content = Content.parseFrom(message);
                ByteString head = content.toBuilder().clearBody().build().toByteString();
                return new Header(head, content.getBody().size());
            } catch (InvalidProtocolBufferException e) {
                return new Header(ByteString.EMPTY, message.size());
            }
        }
    }

    private static MailboxDeadLetter.Builder letter(ResultSet row) throws SQLException {
        return MailboxDeadLetter.newBuilder()
                .setId(row.getLong("id"))
                .setUser(Sql.text(row, "user"))
                .setMailbox(Sql.text(row, "mailbox"))
                .setSeq(row.getLong("seq"))
                .setFruitless(row.getInt("fruitless"))
                .setBuriedMs(row.getLong("buried_ms"));
    }
}
