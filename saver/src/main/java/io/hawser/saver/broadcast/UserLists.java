package io.hawser.saver.broadcast;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.rpc.v1.AppendBroadcastReply;
import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.PutUserListRequest;
import io.hawser.rpc.v1.ReadUserListPartReply;
import io.hawser.rpc.v1.ReadUserListPartRequest;
import io.hawser.rpc.v1.TaskState;
import io.hawser.saver.batch.Sql;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** Tasks for lists of users: drafts that are given their users in parts, in any order, and begin when they are complete. */
final class UserLists {
    private final BroadcastSettings settings;
    private final Clock clock;
    private final BroadcastMeters meters;

    UserLists(BroadcastSettings settings, Clock clock, BroadcastMeters meters) {
        this.settings = settings;
        this.clock = clock;
        this.meters = meters;
    }

    AppendBroadcastReply put(Connection connection, PutUserListRequest request) throws SQLException {
        AppLog log = AppLog.lock(connection, request.getApp());
        Requests.Key key = new Requests.Key(request.getApp(), request.getRequestId());
        Requests.Made made = Requests.find(connection, List.of(key)).get(key);
        if (made == null) {
            return begun(connection, log, request, key);
        }
        made.check(key, request.getBodyHash());
        BroadcastTask task = Tasks.row(connection, request.getApp(), made.task());
        if (ranOutOfTime(task)) {
            Requests.forget(connection, key);
            return begun(connection, log, request, key);
        }
        if (task.getState() != TaskState.TASK_DRAFT) {
            meters.repeated.increment();
            return AppendBroadcastReply.newBuilder()
                    .setTask(Tasks.get(connection, request.getApp(), made.task()))
                    .setRepeated(true)
                    .build();
        }
        return AppendBroadcastReply.newBuilder()
                .setTask(fill(connection, log, task, request))
                .setRepeated(true)
                .build();
    }

    private AppendBroadcastReply begun(Connection connection, AppLog log, PutUserListRequest request, Requests.Key key)
            throws SQLException {
        BroadcastTask draft = draft(connection, request, key);
        return AppendBroadcastReply.newBuilder()
                .setTask(fill(connection, log, draft, request))
                .build();
    }

    /** Before it was complete: it was never accepted, so its key is not spent. */
    private static boolean ranOutOfTime(BroadcastTask task) {
        return task.getState() == TaskState.TASK_EXPIRED && task.getTargeted() == 0;
    }

    ReadUserListPartReply read(Connection connection, ReadUserListPartRequest request) throws SQLException {
        return Sql.first(
                        connection,
                        "SELECT users, content, collapse_key FROM broadcast_part JOIN broadcast_list USING (task)"
                                + " WHERE task = ? AND part = ?",
                        UserLists::part,
                        request.getTask(),
                        request.getPart())
                .orElseThrow(() -> HawserException.refusal(
                        ErrorCode.NOT_FOUND,
                        "part: " + Integer.toUnsignedString(request.getPart()) + " of task "
                                + Long.toUnsignedString(request.getTask())
                                + " (expected: one of a list that is not done)"));
    }

    private BroadcastTask draft(Connection connection, PutUserListRequest request, Requests.Key key)
            throws SQLException {
        AppLoad.read(connection, request.getApp()).admit(settings.maxUnfinished());
        long nowMs = clock.millis();
        BroadcastTask draft =
                TaskRow.insert(connection, List.of(asked(request, nowMs))).getFirst();
        Sql.update(
                connection,
                "INSERT INTO broadcast_list (task, collapse_key, content) VALUES (?, ?, ?)",
                draft.getTask(),
                Sql.bytes(request.getCollapseKey()),
                request.getContent().toByteArray());
        Requests.Made made = new Requests.Made(draft.getTask(), request.getBodyHash());
        Requests.remember(connection, Map.of(key, made), nowMs);
        meters.appended.increment();
        return draft;
    }

    private static BroadcastTask asked(PutUserListRequest request, long nowMs) {
        return BroadcastTask.newBuilder()
                .setApp(request.getApp())
                .setState(TaskState.TASK_DRAFT)
                .setMembersPerSecond(request.getMembersPerSecond())
                .setUrgent(request.getUrgent())
                .setSerial(request.getSerial())
                .setAcceptedMs(nowMs)
                .setExpiresMs(request.getExpiresMs())
                .setChangedMs(nowMs)
                .setCreatedBy(request.getCreatedBy())
                .setRequestId(request.getRequestId())
                .build();
    }

    private BroadcastTask fill(Connection connection, AppLog log, BroadcastTask draft, PutUserListRequest request)
            throws SQLException {
        if (request.getUsersCount() > 0) {
            write(connection, draft.getTask(), request);
        }
        return request.getComplete() ? begin(connection, log, draft, request.getParts()) : draft;
    }

    private static void write(Connection connection, long task, PutUserListRequest request) throws SQLException {
        int written = Sql.update(
                connection,
                "INSERT IGNORE INTO broadcast_part (task, part, user_count, users) VALUES (?, ?, ?, ?)",
                task,
                request.getPart(),
                request.getUsersCount(),
                ReadUserListPartReply.newBuilder()
                        .addAllUsers(request.getUsersList())
                        .build()
                        .toByteArray());
        if (written == 1) {
            PartHashes.write(connection, task, request.getPart(), request.getUsersList());
        }
    }

    private BroadcastTask begin(Connection connection, AppLog log, BroadcastTask draft, int parts) throws SQLException {
        Given given = given(connection, draft);
        // Of as many parts as were promised, the last one's number tells that none is missing between.
        if (given.parts != parts || given.last != parts - 1) {
            throw HawserException.refusal(
                    ErrorCode.FAILED_PRECONDITION,
                    "parts: " + given.parts + " given, the last of number " + given.last + " (expected: " + parts
                            + " from 0, before complete)");
        }
        Sql.update(connection, "UPDATE broadcast_task SET targeted = ? WHERE task = ?", given.users, draft.getTask());
        TaskChanges changes = new TaskChanges(connection, log, clock.millis(), meters);
        BroadcastTask begun =
                changes.take(draft.toBuilder().setTargeted(given.users).build(), TaskStep.BEGIN);
        log.save(connection);
        return begun;
    }

    private record Given(int parts, int last, long users) {}

    private static Given given(Connection connection, BroadcastTask draft) throws SQLException {
        return Sql.list(
                        connection,
                        "SELECT COUNT(*) AS parts, COALESCE(MAX(part), -1) AS last, COALESCE(SUM(user_count), 0) AS users"
                                + " FROM broadcast_part WHERE task = ?",
                        row -> new Given(row.getInt("parts"), row.getInt("last"), row.getLong("users")),
                        draft.getTask())
                .getFirst();
    }

    private static ReadUserListPartReply part(ResultSet row) throws SQLException {
        try {
            return ReadUserListPartReply.newBuilder()
                    .mergeFrom(row.getBytes("users"))
                    .setContent(ByteString.copyFrom(row.getBytes("content")))
                    .setCollapseKey(Sql.text(row, "collapse_key"))
                    .build();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a part of a list of users cannot be read", e);
        }
    }
}
