package io.hawser.saver.broadcast;

import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.rpc.v1.ReadUserListPartReply;
import io.hawser.rpc.v1.TaskState;
import io.hawser.saver.batch.Sql;
import io.hawser.saver.erase.UserData;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Users in lists that are not over. A part keeps the place of whom it names no more, as how far it is counts places. The
 * hashes of all parts of the app's lists that are not over are searched, at most 400 KB a list; of the parts themselves
 * those alone are read that name the user.
 */
public final class ListData implements UserData {
    private static final List<TaskState> NOT_OVER =
            List.of(TaskState.TASK_DRAFT, TaskState.TASK_QUEUED, TaskState.TASK_RUNNING, TaskState.TASK_PAUSED);

    @Override
    public int erase(Connection connection, String app, String user) throws SQLException {
        int rows = 0;
        for (Part part : naming(connection, app, user)) {
            rows += eraseIn(connection, part, user);
        }
        return rows;
    }

    private record Part(long task, int number) {}

    /** All of them, and once in a while another whose hashes look alike, or that was written by an older release. */
    private static List<Part> naming(Connection connection, String app, String user) throws SQLException {
        return Sql.list(
                connection,
                "SELECT task, part FROM broadcast_task JOIN broadcast_part USING (task)"
                        + " LEFT JOIN broadcast_part_hash USING (task, part) WHERE app = ? AND state IN "
                        + Sql.in(NOT_OVER.size()) + " AND (hashes IS NULL OR LOCATE(?, hashes) > 0)"
                        + " ORDER BY task, part",
                row -> new Part(row.getLong("task"), row.getInt("part")),
                Stream.concat(
                                Stream.concat(
                                        Stream.of((Object) app),
                                        NOT_OVER.stream().map(TaskState::getNumber)),
                                Stream.of((Object) PartHashes.of(user)))
                        .toArray());
    }

    private static int eraseIn(Connection connection, Part part, String user) throws SQLException {
        List<byte[]> present = Sql.list(
                connection,
                "SELECT users FROM broadcast_part WHERE task = ? AND part = ? FOR UPDATE",
                row -> row.getBytes("users"),
                part.task,
                part.number);
        int rows = 0;
        for (byte[] users : present) {
            ReadUserListPartReply before = parsed(users);
            if (before.getUsersList().contains(user)) {
                rows += write(connection, part, without(before, user));
            }
        }
        return rows;
    }

    private static int write(Connection connection, Part part, ReadUserListPartReply users) throws SQLException {
        PartHashes.write(connection, part.task, part.number, users.getUsersList());
        return Sql.update(
                connection,
                "UPDATE broadcast_part SET users = ? WHERE task = ? AND part = ?",
                users.toByteArray(),
                part.task,
                part.number);
    }

    private static ReadUserListPartReply without(ReadUserListPartReply part, String user) {
        return ReadUserListPartReply.newBuilder()
                .addAllUsers(part.getUsersList().stream()
                        .map(named -> named.equals(user) ? "" : named)
                        .toList())
                .build();
    }

    private static ReadUserListPartReply parsed(byte[] users) {
        try {
            return ReadUserListPartReply.parseFrom(users);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a part of a list of users cannot be read", e);
        }
    }
}
