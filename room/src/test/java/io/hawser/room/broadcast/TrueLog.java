package io.hawser.room.broadcast;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.AppNews;
import io.hawser.rpc.v1.BroadcastEntry;
import io.hawser.rpc.v1.BroadcastProgress;
import io.hawser.rpc.v1.ChangeGroupsReply;
import io.hawser.rpc.v1.ChangeGroupsRequest;
import io.hawser.rpc.v1.EndpointCursor;
import io.hawser.rpc.v1.EntryState;
import io.hawser.rpc.v1.FollowBroadcastsReply;
import io.hawser.rpc.v1.FollowBroadcastsRequest;
import io.hawser.rpc.v1.FollowedApp;
import io.hawser.rpc.v1.Membership;
import io.hawser.rpc.v1.OpenEndpointReply;
import io.hawser.rpc.v1.OpenEndpointRequest;
import io.hawser.rpc.v1.ReadBroadcastsReply;
import io.hawser.rpc.v1.ReadBroadcastsRequest;
import io.hawser.rpc.v1.ReportProgressReply;
import io.hawser.rpc.v1.ReportProgressRequest;
import io.hawser.rpc.v1.SaveCursorsReply;
import io.hawser.rpc.v1.SaveCursorsRequest;
import io.hawser.rpc.v1.StoredCursor;
import io.hawser.rpc.v1.TaskState;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Qos;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One app's log, memberships and cursors, as the savers keep them, in memory and at once. */
public final class TrueLog {
    private record Change(long number, long bseq, TaskState state, String user) {}

    public final Map<String, StoredCursor> cursors = new ConcurrentHashMap<>();
    public final Map<Long, BroadcastProgress> progress = new ConcurrentHashMap<>();
    private final TreeMap<Long, BroadcastEntry> entries = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final Map<String, TreeMap<String, Long>> members = new HashMap<>();
    private long watermark;
    private long trimmedTo;

    public synchronized long watermark() {
        return watermark;
    }

    /** Appends an entry that is given at once. */
    public long append(String text, String... groups) {
        return append(entry(text, groups).setState(TaskState.TASK_RUNNING));
    }

    public static BroadcastEntry.Builder entry(String text, String... groups) {
        return BroadcastEntry.newBuilder().setContent(content(text)).addAllGroups(List.of(groups));
    }

    public synchronized long append(BroadcastEntry.Builder entry) {
        watermark++;
        entries.put(watermark, entry.setBseq(watermark).setTask(watermark).build());
        return watermark;
    }

    private static ByteString content(String text) {
        return Content.newBuilder()
                .setId(text)
                .setQos(Qos.DURABLE)
                .setBody(ByteString.copyFromUtf8(text))
                .setText(true)
                .build()
                .toByteString();
    }

    /** What was told of it; nothing was, where all is 0. */
    public BroadcastProgress progress(long bseq) {
        return progress.getOrDefault(bseq, BroadcastProgress.getDefaultInstance());
    }

    public synchronized @Nullable BroadcastEntry entry(long bseq) {
        return entries.get(bseq);
    }

    public synchronized void change(long bseq, TaskState state) {
        entries.computeIfPresent(
                bseq, (number, entry) -> entry.toBuilder().setState(state).build());
        changes.add(new Change(changes.size() + 1, bseq, state, ""));
    }

    /** All up to here are gone. */
    public synchronized void trim(long upTo) {
        trimmedTo = upTo;
        entries.headMap(upTo, true).clear();
    }

    /** It grows by so many, all of which are gone. */
    public synchronized void grow(long numbers) {
        watermark += numbers;
        trim(watermark);
    }

    /** The log is put back to where it ended once. */
    public synchronized void restore(long upTo) {
        entries.tailMap(upTo, false).clear();
        watermark = upTo;
    }

    /** The back end makes the user a member, with all devices. */
    public synchronized void add(String user, String group) {
        members.computeIfAbsent(user + "/", key -> new TreeMap<>()).putIfAbsent(group, watermark);
        changes.add(new Change(changes.size() + 1, 0, TaskState.TASK_RUNNING, user));
    }

    public synchronized void remove(String user, String group) {
        TreeMap<String, Long> groups = members.get(user + "/");
        if (groups != null) {
            groups.remove(group);
        }
        changes.add(new Change(changes.size() + 1, 0, TaskState.TASK_RUNNING, user));
    }

    /** Since when; -1: it is none. */
    public synchronized long memberSince(String user, String device, String group) {
        return groups(user, device).getOrDefault(group, -1L);
    }

    private static void refuseFull(List<String> join) {
        if (join.contains("full")) {
            throw HawserException.refusal(ErrorCode.FAILED_PRECONDITION, "groups: 65 of app demo (expected: up to 64)");
        }
    }

    public synchronized OpenEndpointReply open(OpenEndpointRequest request) {
        refuseFull(request.getJoinList());
        join(request.getUser(), request.getDevice(), request.getJoinList());
        OpenEndpointReply.Builder reply = OpenEndpointReply.newBuilder()
                .addAllMemberships(memberships(request.getUser(), request.getDevice()))
                .setWatermark(watermark)
                .setTrimmedTo(trimmedTo)
                .setChanged(changes.size());
        StoredCursor cursor = cursors.get(request.getUser() + "/" + request.getDevice());
        if (cursor != null) {
            reply.setCursor(cursor);
        }
        return reply.build();
    }

    public synchronized ChangeGroupsReply change(ChangeGroupsRequest request) {
        refuseFull(request.getJoinList());
        join(request.getUser(), request.getDevice(), request.getJoinList());
        TreeMap<String, Long> own = members.get(request.getUser() + "/" + request.getDevice());
        if (own != null) {
            request.getLeaveList().forEach(own::remove);
        }
        return ChangeGroupsReply.newBuilder()
                .addAllMemberships(memberships(request.getUser(), request.getDevice()))
                .build();
    }

    private void join(String user, String device, List<String> groups) {
        TreeMap<String, Long> own = members.computeIfAbsent(user + "/" + device, key -> new TreeMap<>());
        groups.forEach(group -> own.putIfAbsent(group, watermark));
    }

    private List<Membership> memberships(String user, String device) {
        List<Membership> memberships = new ArrayList<>();
        groups(user, device)
                .forEach((group, since) -> memberships.add(Membership.newBuilder()
                        .setGroup(group)
                        .setSinceBseq(since)
                        .build()));
        return memberships;
    }

    private Map<String, Long> groups(String user, String device) {
        TreeMap<String, Long> groups = new TreeMap<>(members.getOrDefault(user + "/", new TreeMap<>()));
        members.getOrDefault(user + "/" + device, new TreeMap<>())
                .forEach((group, since) -> groups.merge(group, since, Math::min));
        return groups;
    }

    public synchronized FollowBroadcastsReply follow(FollowBroadcastsRequest request) {
        FollowBroadcastsReply.Builder reply = FollowBroadcastsReply.newBuilder();
        for (FollowedApp app : request.getAppsList()) {
            if (app.getFromNow()) {
                reply.addApps(AppNews.newBuilder()
                        .setApp(app.getApp())
                        .setWatermark(watermark)
                        .setChange(changes.size())
                        .setTrimmedTo(trimmedTo));
            } else if (app.getAfterBseq() != watermark || app.getAfterChange() != changes.size()) {
                reply.addApps(news(app, request.getMaxEntries()));
            }
        }
        return reply.build();
    }

    private AppNews news(FollowedApp app, int maxEntries) {
        AppNews.Builder news = AppNews.newBuilder().setApp(app.getApp()).setTrimmedTo(trimmedTo);
        List<BroadcastEntry> more =
                List.copyOf(entries.tailMap(app.getAfterBseq(), false).values());
        List<BroadcastEntry> some = more.subList(0, Math.min(maxEntries, more.size()));
        news.addAllEntries(some).setMore(some.size() < more.size());
        news.setWatermark(some.size() < more.size() ? some.getLast().getBseq() : watermark);
        for (Change change : changes) {
            if (change.number() > app.getAfterChange() && change.user().isEmpty()) {
                news.addStates(EntryState.newBuilder().setBseq(change.bseq()).setState(change.state()));
            } else if (change.number() > app.getAfterChange()) {
                news.addUsers(change.user());
            }
        }
        return news.setChange(changes.size()).build();
    }

    public synchronized ReadBroadcastsReply read(ReadBroadcastsRequest request) {
        List<BroadcastEntry> more = List.copyOf(
                entries.subMap(request.getAfter(), false, Math.max(request.getAfter(), request.getTo()), true)
                        .values());
        List<BroadcastEntry> some = more.subList(0, Math.min(request.getMaxEntries(), more.size()));
        return ReadBroadcastsReply.newBuilder()
                .addAllEntries(some)
                .setCompleteTo(
                        some.size() < more.size() ? some.getLast().getBseq() : Math.min(request.getTo(), watermark))
                .setTrimmedTo(trimmedTo)
                .build();
    }

    public SaveCursorsReply save(SaveCursorsRequest request) {
        for (EndpointCursor cursor : request.getCursorsList()) {
            cursors.merge(
                    cursor.getUser() + "/" + cursor.getDevice(),
                    cursor.getCursor(),
                    (before, now) -> now.getLow() >= before.getLow() ? now : before);
        }
        return SaveCursorsReply.getDefaultInstance();
    }

    public ReportProgressReply report(ReportProgressRequest request) {
        request.getItemsList().forEach(item -> progress.put(item.getBseq(), item));
        return ReportProgressReply.getDefaultInstance();
    }
}
