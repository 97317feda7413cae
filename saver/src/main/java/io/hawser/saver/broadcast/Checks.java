package io.hawser.saver.broadcast;

import io.hawser.rpc.id.AppId;
import io.hawser.rpc.id.GroupName;
import io.hawser.rpc.id.UserId;
import io.hawser.rpc.v1.AppendBroadcastRequest;
import io.hawser.rpc.v1.BroadcastProgress;
import io.hawser.rpc.v1.FollowBroadcastsRequest;
import io.hawser.rpc.v1.LeaseSlicesRequest;
import io.hawser.rpc.v1.PutUserListRequest;
import io.hawser.rpc.v1.ReportProgressRequest;
import io.hawser.rpc.v1.ReportSlicesRequest;
import io.hawser.saver.batch.Sql;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/** What requests may say. Each check throws a {@link HawserException} that names the value. */
final class Checks {
    static final int MAX_PART_USERS = 1_000;
    private static final int MAX_GROUPS = 16;
    private static final int MAX_NAME_BYTES = 64;
    private static final int MAX_TEXT_BYTES = 200;
    private static final int MAX_HASH_BYTES = 32;
    private static final int MAX_CONTENT_BYTES = 2 << 20;
    private static final int MAX_FOLLOWED_APPS = 10_000;
    private static final int MAX_PROGRESS = 10_000;
    private static final int MAX_ROOMS = 10_000;
    private static final int MAX_SLICES = 10_000;

    private Checks() {}

    static void append(AppendBroadcastRequest request) {
        app(request.getApp());
        text("request_id", request.getRequestId(), 1, MAX_TEXT_BYTES);
        text("created_by", request.getCreatedBy(), 0, MAX_TEXT_BYTES);
        between("body_hash", request.getBodyHash().size(), 0, MAX_HASH_BYTES);
        between("content", request.getContent().size(), 0, MAX_CONTENT_BYTES);
        between("groups", request.getGroupsCount(), 0, MAX_GROUPS);
        request.getGroupsList().forEach(GroupName::new);
        between("expires_ms", request.getExpiresMs(), 1, Long.MAX_VALUE);
    }

    static void userList(PutUserListRequest request, int maxParts) {
        app(request.getApp());
        text("request_id", request.getRequestId(), 1, MAX_TEXT_BYTES);
        text("created_by", request.getCreatedBy(), 0, MAX_TEXT_BYTES);
        text("collapse_key", request.getCollapseKey(), 0, MAX_TEXT_BYTES);
        between("body_hash", request.getBodyHash().size(), 0, MAX_HASH_BYTES);
        between("content", request.getContent().size(), 0, MAX_CONTENT_BYTES);
        between("expires_ms", request.getExpiresMs(), 1, Long.MAX_VALUE);
        between("part", unsigned(request.getPart()), 0, maxParts - 1L);
        between("users", request.getUsersCount(), 0, MAX_PART_USERS);
        request.getUsersList().forEach(UserId::new);
        if (request.getComplete()) {
            between("parts", unsigned(request.getParts()), 1, maxParts);
        }
    }

    static void follow(FollowBroadcastsRequest request) {
        between("apps", request.getAppsCount(), 1, MAX_FOLLOWED_APPS);
        request.getAppsList().forEach(followed -> app(followed.getApp()));
    }

    static void progress(ReportProgressRequest request) {
        text("room", request.getRoom(), 1, MAX_NAME_BYTES);
        between("items", request.getItemsCount(), 0, MAX_PROGRESS);
        for (BroadcastProgress item : request.getItemsList()) {
            app(item.getApp());
            between("bseq", item.getBseq(), 1, Long.MAX_VALUE);
        }
    }

    static void lease(LeaseSlicesRequest request) {
        text("center", request.getCenter(), 1, MAX_NAME_BYTES);
        between("rooms", request.getRoomsCount(), 0, MAX_ROOMS);
        request.getRoomsList().forEach(room -> text("rooms.room", room.getRoom(), 1, MAX_NAME_BYTES));
    }

    static void report(ReportSlicesRequest request) {
        text("center", request.getCenter(), 1, MAX_NAME_BYTES);
        between("slices", request.getSlicesCount(), 0, MAX_SLICES);
    }

    static String app(String app) {
        return new AppId(app).value();
    }

    /** How many of what a caller asked for: 0 is the default, more than allowed is what is allowed. */
    static int wanted(int asked, int usual, int most) {
        long wanted = unsigned(asked);
        return wanted == 0 ? usual : (int) Math.min(wanted, most);
    }

    private static long unsigned(int value) {
        return Integer.toUnsignedLong(value);
    }

    private static void text(String name, String value, int minBytes, int maxBytes) {
        int bytes = Sql.bytes(value).length;
        if (bytes < minBytes || bytes > maxBytes) {
            throw invalid(name + ": " + bytes + " bytes (expected: " + minBytes + " to " + maxBytes + ")");
        }
    }

    private static void between(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw invalid(name + ": " + value + " (expected: "
                    + (most == Long.MAX_VALUE ? "at least " + least : least + " to " + most) + ")");
        }
    }

    private static HawserException invalid(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
