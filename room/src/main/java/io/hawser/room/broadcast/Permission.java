package io.hawser.room.broadcast;

import io.hawser.rpc.id.GroupName;
import io.hawser.rpc.id.GroupPattern;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.BroadcastCursor;
import java.util.List;

/**
 * What a client may say: groups that it may join by itself, which its token names or the app lets everyone join; and
 * cursors of the size that a cursor may have.
 */
final class Permission {
    /** Of an endpoint. */
    static final int MAX_GROUPS = 64;

    /** Seen or missing in a cursor: twice what rooms bring about, for what crosses on the wire. */
    private static final int MAX_NAMED = 2 * BroadcastConfig.MAX_NAMED;

    private Permission() {}

    /** @throws HawserException INVALID_ARGUMENT, or PERMISSION_DENIED with the first that is not allowed */
    static void check(List<String> wanted, List<String> tokenGroups, List<String> appGroups) {
        checkNames(wanted);
        for (String group : wanted) {
            if (!allows(tokenGroups, group) && !allows(appGroups, group)) {
                throw HawserException.refusal(
                        ErrorCode.PERMISSION_DENIED,
                        "group: " + group + " (expected: one that the token or the app allows)");
            }
        }
    }

    static void checkNames(List<String> groups) {
        if (groups.size() > MAX_GROUPS) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "groups: " + groups.size() + " (expected: up to " + MAX_GROUPS + ")");
        }
        groups.forEach(GroupName::new);
    }

    /** @throws HawserException INVALID_ARGUMENT where it names more than a cursor can */
    static void check(BroadcastCursor cursor) {
        if (!isCursor(cursor)) {
            int most = Math.max(cursor.getSeenCount(), cursor.getMissingCount());
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "cursor: names " + most + " (expected: up to " + MAX_NAMED + ")");
        }
    }

    /** Whether it names no more than a cursor can. */
    static boolean isCursor(BroadcastCursor cursor) {
        return Math.max(cursor.getSeenCount(), cursor.getMissingCount()) <= MAX_NAMED;
    }

    private static boolean allows(List<String> patterns, String group) {
        for (String pattern : patterns) {
            if (isPattern(pattern) && new GroupPattern(pattern).matches(group)) {
                return true;
            }
        }
        return false;
    }

    /** A token is the app's own, and may name what is none. */
    private static boolean isPattern(String pattern) {
        try {
            var _ = new GroupPattern(pattern);
            return true;
        } catch (HawserException e) {
            return false;
        }
    }
}
