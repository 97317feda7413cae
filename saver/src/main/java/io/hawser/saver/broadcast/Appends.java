package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.AppendBroadcastReply;
import io.hawser.rpc.v1.AppendBroadcastRequest;
import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.TaskState;
import io.hawser.saver.batch.Asked;
import io.hawser.saver.batch.BatchWork;
import io.hawser.saver.batch.Sql;
import io.hawser.wire.HawserException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Appends to logs: of all apps in the batch at once, under their locks. Whether a request is a repeat, how many tasks are
 * unfinished and whose turn it is, is read once and then followed in memory.
 */
final class Appends implements BatchWork<AppendBroadcastRequest, AppendBroadcastReply> {
    private final BroadcastSettings settings;
    private final Trim trim;
    private final Clock clock;
    private final BroadcastMeters meters;

    Appends(BroadcastSettings settings, Trim trim, Clock clock, BroadcastMeters meters) {
        this.settings = settings;
        this.trim = trim;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public void serve(Connection connection, List<Asked<AppendBroadcastRequest, AppendBroadcastReply>> batch)
            throws SQLException {
        long nowMs = clock.millis();
        Map<String, AppLog> logs =
                AppLog.lock(connection, batch.stream().map(Asked::app).toList());
        Map<Requests.Key, Requests.Made> made =
                Requests.find(connection, batch.stream().map(Appends::key).toList());
        Map<String, AppLoad> loads = AppLoad.read(connection, logs.keySet());
        List<Asked<AppendBroadcastRequest, AppendBroadcastReply>> repeats = new ArrayList<>();
        Set<Requests.Key> firsts = new HashSet<>();
        List<New> news = new ArrayList<>();
        for (Asked<AppendBroadcastRequest, AppendBroadcastReply> asked : batch) {
            if (made.containsKey(key(asked)) || !firsts.add(key(asked))) {
                repeats.add(asked);
                continue;
            }
            try {
                AppLoad load = Objects.requireNonNull(loads.get(asked.app()));
                load.admit(settings.maxUnfinished());
                news.add(new New(
                        asked, task(asked.request(), Objects.requireNonNull(logs.get(asked.app())), load, nowMs)));
            } catch (HawserException e) {
                // A repeat in the same batch is refused as well.
                firsts.remove(key(asked));
                asked.refuse(e);
            }
        }
        made.putAll(insert(connection, news, nowMs));
        answer(connection, repeats, made);
        AppLog.save(connection, logs.values());
        for (AppLog log : logs.values()) {
            trim.toBound(connection, log, nowMs);
        }
    }

    private record New(Asked<AppendBroadcastRequest, AppendBroadcastReply> asked, BroadcastTask task) {}

    private static Requests.Key key(Asked<AppendBroadcastRequest, AppendBroadcastReply> asked) {
        return new Requests.Key(asked.app(), asked.request().getRequestId());
    }

    private static BroadcastTask task(AppendBroadcastRequest request, AppLog log, AppLoad load, long nowMs) {
        BroadcastTask queued = BroadcastTask.newBuilder()
                .setApp(request.getApp())
                .setBseq(log.nextBseq())
                .addAllGroups(request.getGroupsList())
                .setMembersPerSecond(request.getMembersPerSecond())
                .setUrgent(request.getUrgent())
                .setSerial(request.getSerial())
                .setAcceptedMs(nowMs)
                .setExpiresMs(request.getExpiresMs())
                .setChangedMs(nowMs)
                .setCreatedBy(request.getCreatedBy())
                .setRequestId(request.getRequestId())
                .build();
        return queued.toBuilder()
                .setState(load.startsNow(queued) ? TaskState.TASK_RUNNING : TaskState.TASK_QUEUED)
                .build();
    }

    private Map<Requests.Key, Requests.Made> insert(Connection connection, List<New> news, long nowMs)
            throws SQLException {
        List<BroadcastTask> tasks =
                TaskRow.insert(connection, news.stream().map(New::task).toList());
        Map<Requests.Key, Requests.Made> made = new HashMap<>();
        List<@Nullable Object[]> entries = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            Asked<AppendBroadcastRequest, AppendBroadcastReply> asked = news.get(i).asked;
            BroadcastTask task = tasks.get(i);
            entries.add(new @Nullable Object[] {
                task.getApp(),
                task.getBseq(),
                task.getTask(),
                task.getExpiresMs(),
                asked.request().getContent().toByteArray()
            });
            made.put(
                    key(asked),
                    new Requests.Made(task.getTask(), asked.request().getBodyHash()));
            asked.answer(AppendBroadcastReply.newBuilder().setTask(task).build());
            meters.appended.increment();
        }
        Sql.batch(
                connection,
                "INSERT INTO broadcast_entry (app, bseq, task, expires_ms, content) VALUES (?, ?, ?, ?, ?)",
                entries);
        Requests.remember(connection, made, nowMs);
        return made;
    }

    private void answer(
            Connection connection,
            List<Asked<AppendBroadcastRequest, AppendBroadcastReply>> repeats,
            Map<Requests.Key, Requests.Made> made)
            throws SQLException {
        for (Asked<AppendBroadcastRequest, AppendBroadcastReply> asked : repeats) {
            Requests.Made first = Objects.requireNonNull(made.get(key(asked)));
            try {
                first.check(key(asked), asked.request().getBodyHash());
                asked.answer(AppendBroadcastReply.newBuilder()
                        .setTask(Tasks.get(connection, asked.app(), first.task()))
                        .setRepeated(true)
                        .build());
                meters.repeated.increment();
            } catch (HawserException e) {
                asked.refuse(e);
            }
        }
    }
}
