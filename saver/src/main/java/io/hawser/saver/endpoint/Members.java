package io.hawser.saver.endpoint;

import io.hawser.rpc.v1.ChangeMembersReply;
import io.hawser.rpc.v1.ChangeMembersRequest;
import io.hawser.rpc.v1.GroupCount;
import io.hawser.rpc.v1.ListGroupsReply;
import io.hawser.rpc.v1.ListGroupsRequest;
import io.hawser.rpc.v1.ListMembersReply;
import io.hawser.rpc.v1.ListMembersRequest;
import io.hawser.rpc.v1.ListUserGroupsReply;
import io.hawser.rpc.v1.ListUserGroupsRequest;
import io.hawser.rpc.v1.Member;
import io.hawser.rpc.v1.UserGroup;
import io.hawser.saver.batch.Sql;
import io.hawser.saver.broadcast.AppLog;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Groups as back ends see them. A change is made under the lock of the app, with what tells rooms of it: so it comes to
 * them before any broadcast that was appended after it.
 */
final class Members {
    private static final int MAX_LISTED = 1_000;
    private static final int LISTED = 100;

    private final int maxGroups;
    private final Clock clock;
    private final EndpointMeters meters;

    Members(int maxGroups, Clock clock, EndpointMeters meters) {
        this.maxGroups = maxGroups;
        this.clock = clock;
        this.meters = meters;
    }

    ChangeMembersReply change(Connection connection, ChangeMembersRequest request) throws SQLException {
        AppLog log = AppLog.lock(connection, request.getApp());
        int removed = remove(connection, request);
        int added = add(connection, request, log.watermark());
        if (added > 0) {
            checkLimit(connection, request);
        }
        if (added + removed > 0) {
            users(Stream.concat(request.getAddList().stream(), request.getRemoveList().stream()))
                    .forEach(user -> log.userChanged(user, clock.millis()));
        }
        log.save(connection);
        meters.added.increment(added);
        meters.removed.increment(removed);
        return ChangeMembersReply.newBuilder()
                .setAdded(added)
                .setRemoved(removed)
                .build();
    }

    private static int add(Connection connection, ChangeMembersRequest request, long since) throws SQLException {
        if (request.getAddCount() == 0) {
            return 0;
        }
        List<@Nullable Object> parameters = new ArrayList<>(5 * request.getAddCount());
        for (Member member : sorted(request.getAddList())) {
            parameters.add(request.getApp());
            parameters.add(Sql.bytes(member.getUser()));
            parameters.add(Sql.bytes(member.getDevice()));
            parameters.add(Sql.bytes(request.getGroup()));
            parameters.add(since);
        }
        // One statement, for its number of new rows.
        return Sql.update(
                connection,
                "INSERT IGNORE INTO membership (app, user, device, group_name, since_bseq) VALUES "
                        + Stream.generate(() -> "(?, ?, ?, ?, ?)")
                                .limit(request.getAddCount())
                                .collect(Collectors.joining(", ")),
                parameters.toArray());
    }

    private static int remove(Connection connection, ChangeMembersRequest request) throws SQLException {
        if (request.getRemoveCount() == 0) {
            return 0;
        }
        Set<Member> asked = Set.copyOf(request.getRemoveList());
        List<Member> present = present(connection, request);
        present.removeIf(member -> !asked.contains(member) && !asked.contains(ofUser(member)));
        List<@Nullable Object[]> gone = sorted(present).stream()
                .map(member -> new @Nullable Object[] {
                    request.getApp(),
                    Sql.bytes(member.getUser()),
                    Sql.bytes(member.getDevice()),
                    Sql.bytes(request.getGroup())
                })
                .toList();
        Sql.batch(
                connection,
                "DELETE FROM membership WHERE app = ? AND user = ? AND device = ? AND group_name = ?",
                gone);
        return gone.size();
    }

    /** Who names no device means all of them, those that joined by themselves, too. */
    private static Member ofUser(Member member) {
        return member.toBuilder().clearDevice().build();
    }

    /** Members of the group that are those to be removed, or other devices of theirs. */
    private static List<Member> present(Connection connection, ChangeMembersRequest request) throws SQLException {
        Collection<String> users = users(request.getRemoveList().stream());
        List<@Nullable Object> parameters = new ArrayList<>();
        parameters.add(request.getApp());
        parameters.add(Sql.bytes(request.getGroup()));
        users.forEach(user -> parameters.add(Sql.bytes(user)));
        return Sql.list(
                connection,
                "SELECT user, device FROM membership WHERE app = ? AND group_name = ? AND user IN "
                        + Sql.in(users.size()),
                Members::member,
                parameters.toArray());
    }

    /** A group that an endpoint and its user are both in counts twice here: the API may be told a little early. */
    private void checkLimit(Connection connection, ChangeMembersRequest request) throws SQLException {
        Collection<String> users = users(request.getAddList().stream());
        List<@Nullable Object> parameters = new ArrayList<>();
        parameters.add(request.getApp());
        users.forEach(user -> parameters.add(Sql.bytes(user)));
        Map<EndpointKey, Integer> counts = new HashMap<>();
        Sql.list(
                        connection,
                        "SELECT user, device, COUNT(*) AS n FROM membership WHERE app = ? AND user IN "
                                + Sql.in(users.size()) + " GROUP BY user, device",
                        row -> Map.entry(
                                new EndpointKey(request.getApp(), Sql.text(row, "user"), Sql.text(row, "device")),
                                row.getInt("n")),
                        parameters.toArray())
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        counts.forEach((endpoint, own) -> {
            int all = endpoint.device().isEmpty() ? own : own + counts.getOrDefault(endpoint.ofUser(), 0);
            if (all > maxGroups) {
                throw Memberships.tooMany(all, endpoint, maxGroups);
            }
        });
    }

    ListMembersReply list(Connection connection, ListMembersRequest request) throws SQLException {
        byte[] group = Sql.bytes(request.getGroup());
        long total = Sql.list(
                        connection,
                        "SELECT COUNT(*) AS n FROM membership WHERE app = ? AND group_name = ?",
                        row -> row.getLong("n"),
                        request.getApp(),
                        group)
                .getFirst();
        return ListMembersReply.newBuilder()
                .addAllMembers(page(connection, request, group))
                .setTotal(total)
                .build();
    }

    private static List<Member> page(Connection connection, ListMembersRequest request, byte[] group)
            throws SQLException {
        if (request.getMaxEntries() == 0) {
            return List.of();
        }
        byte[] user = Sql.bytes(request.getAfter().getUser());
        byte[] device = Sql.bytes(request.getAfter().getDevice());
        return Sql.list(
                connection,
                "SELECT user, device FROM membership WHERE app = ? AND group_name = ? AND user >= ?"
                        + " AND (user > ? OR device > ? OR ?) ORDER BY user, device LIMIT ?",
                Members::member,
                request.getApp(),
                group,
                user,
                user,
                device,
                !request.hasAfter(),
                wanted(request.getMaxEntries()));
    }

    ListGroupsReply groups(Connection connection, ListGroupsRequest request) throws SQLException {
        return ListGroupsReply.newBuilder()
                .addAllGroups(Sql.list(
                        connection,
                        "SELECT group_name, COUNT(*) AS members FROM membership WHERE app = ? AND group_name > ?"
                                + " GROUP BY group_name ORDER BY group_name LIMIT ?",
                        row -> GroupCount.newBuilder()
                                .setGroup(Sql.text(row, "group_name"))
                                .setMembers(row.getLong("members"))
                                .build(),
                        request.getApp(),
                        Sql.bytes(request.getAfter()),
                        wanted(request.getMaxEntries())))
                .build();
    }

    ListUserGroupsReply userGroups(Connection connection, ListUserGroupsRequest request) throws SQLException {
        byte[] group = Sql.bytes(request.getAfter().getGroup());
        byte[] device = Sql.bytes(request.getAfter().getDevice());
        return ListUserGroupsReply.newBuilder()
                .addAllGroups(Sql.list(
                        connection,
                        "SELECT group_name, device FROM membership WHERE app = ? AND user = ?"
                                + " AND (group_name > ? OR (group_name = ? AND device > ?))"
                                + " ORDER BY group_name, device LIMIT ?",
                        row -> UserGroup.newBuilder()
                                .setGroup(Sql.text(row, "group_name"))
                                .setDevice(Sql.text(row, "device"))
                                .build(),
                        request.getApp(),
                        Sql.bytes(request.getUser()),
                        group,
                        group,
                        device,
                        wanted(request.getMaxEntries())))
                .build();
    }

    private static int wanted(int asked) {
        long wanted = Integer.toUnsignedLong(asked);
        return wanted == 0 ? LISTED : (int) Math.min(wanted, MAX_LISTED);
    }

    /** In their order. */
    private static Set<String> users(Stream<Member> members) {
        Set<String> users = new TreeSet<>();
        members.forEach(member -> users.add(member.getUser()));
        return users;
    }

    private static Member member(ResultSet row) throws SQLException {
        return Member.newBuilder()
                .setUser(Sql.text(row, "user"))
                .setDevice(Sql.text(row, "device"))
                .build();
    }

    private static List<Member> sorted(Collection<Member> members) {
        return members.stream()
                .sorted(Comparator.comparing(Member::getUser).thenComparing(Member::getDevice))
                .toList();
    }
}
