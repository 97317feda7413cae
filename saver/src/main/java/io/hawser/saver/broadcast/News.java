package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.AppNews;
import io.hawser.rpc.v1.BroadcastEntry;
import io.hawser.rpc.v1.EntryState;
import io.hawser.rpc.v1.FollowedApp;
import io.hawser.saver.batch.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is new in an app's log for one who knows it up to some entry and some change, in the view of one snapshot. Shared
 * by all rooms of a batch that know as much; each takes of it what fits its reply.
 *
 * <p>Entries come only when all changes did: what changed before an entry is known before it is given.
 */
record News(
        AppLog.Position position,
        long afterBseq,
        long toldChange,
        List<BroadcastEntry> entries,
        List<EntryState> states,
        List<String> users,
        boolean allUsers) {
    private static final int MAX_CHANGES = 1_000;

    static boolean isNewFor(FollowedApp follower, AppLog.Position position) {
        return follower.getFromNow()
                || follower.getAfterBseq() != position.watermark()
                || follower.getAfterChange() != position.changed();
    }

    static News read(Connection connection, FollowedApp follower, AppLog.Position position, EntryPages pages)
            throws SQLException {
        boolean forgotten = follower.getAfterChange() < position.changesTrimmedTo()
                || follower.getAfterChange() > position.changed()
                || follower.getAfterBseq() > position.watermark();
        return forgotten
                ? ofAll(connection, follower, position, pages)
                : ofChanges(connection, follower, position, pages);
    }

    /** The changes since are not known: all that could have changed is told. */
    private static News ofAll(Connection connection, FollowedApp follower, AppLog.Position position, EntryPages pages)
            throws SQLException {
        String app = position.app();
        long after = follower.getAfterBseq();
        return new News(
                position,
                after,
                position.changed(),
                entries(connection, after, position, pages),
                Entries.states(connection, app, position.trimmedTo(), Math.min(after, position.watermark())),
                List.of(),
                true);
    }

    private static News ofChanges(
            Connection connection, FollowedApp follower, AppLog.Position position, EntryPages pages)
            throws SQLException {
        long after = follower.getAfterBseq();
        List<Change> changes = follower.getAfterChange() == position.changed()
                ? List.of()
                : Sql.list(
                        connection,
                        "SELECT number, bseq, user FROM broadcast_change WHERE app = ? AND number > ? ORDER BY number"
                                + " LIMIT ?",
                        Change::read,
                        position.app(),
                        follower.getAfterChange(),
                        MAX_CHANGES);
        boolean allChanges = changes.size() < MAX_CHANGES;
        return new News(
                position,
                after,
                allChanges ? position.changed() : changes.getLast().number,
                allChanges ? entries(connection, after, position, pages) : List.of(),
                Entries.states(connection, position.app(), Change.bseqs(changes, after)),
                Change.users(changes),
                false);
    }

    private static List<BroadcastEntry> entries(
            Connection connection, long after, AppLog.Position position, EntryPages pages) throws SQLException {
        return after >= position.watermark()
                ? List.of()
                : pages.read(connection, position, after, position.watermark(), Budget.MAX_ENTRIES);
    }

    AppNews fitting(Budget budget) {
        List<BroadcastEntry> fitting = budget.take(entries);
        long reached = fitting.isEmpty() ? afterBseq : fitting.getLast().getBseq();
        boolean hasAllEntries = reached >= position.watermark() || position.watermark() == position.trimmedTo();
        boolean hasAll = hasAllEntries && toldChange == position.changed();
        return AppNews.newBuilder()
                .setApp(position.app())
                .setWatermark(hasAllEntries ? position.watermark() : reached)
                .setChange(toldChange)
                .setTrimmedTo(position.trimmedTo())
                .addAllEntries(fitting)
                .addAllStates(states)
                .addAllUsers(users)
                .setAllUsers(allUsers)
                .setMore(!hasAll)
                .build();
    }

    /** One row of the list of changes. */
    private record Change(long number, long bseq, String user) {
        static Change read(ResultSet row) throws SQLException {
            byte[] user = row.getBytes("user");
            return new Change(row.getLong("number"), row.getLong("bseq"), user == null ? "" : Sql.text(row, "user"));
        }

        /** Newer entries bring their state along. */
        static Set<Long> bseqs(List<Change> changes, long upTo) {
            Set<Long> bseqs = new LinkedHashSet<>();
            changes.stream()
                    .filter(change -> change.bseq > 0 && change.bseq <= upTo)
                    .forEach(change -> bseqs.add(change.bseq));
            return bseqs;
        }

        static List<String> users(List<Change> changes) {
            Set<String> users = new LinkedHashSet<>();
            changes.stream().filter(change -> !change.user.isEmpty()).forEach(change -> users.add(change.user));
            return new ArrayList<>(users);
        }
    }
}
