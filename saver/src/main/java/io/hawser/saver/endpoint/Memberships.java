package io.hawser.saver.endpoint;

import io.hawser.rpc.v1.Membership;
import io.hawser.saver.batch.Sql;
import io.hawser.saver.broadcast.AppLog;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The memberships of some endpoints and their users, as read in a transaction, with the changes that it makes to them:
 * followed in memory, written at the end.
 *
 * <p>A membership counts from the watermark that was read before: what is committed by then is not for the new member,
 * and what comes later is.
 */
final class Memberships {
    private static final int USERS_A_STATEMENT = 256;

    private final int maxGroups;
    private final Map<String, AppLog.Position> positions = new HashMap<>();
    /** By endpoint or user, the bseq since when it is in a group. */
    private final Map<EndpointKey, Map<String, Long>> groups = new HashMap<>();

    private final TreeMap<EndpointKey, TreeMap<String, Long>> joined = new TreeMap<>();
    private final TreeMap<EndpointKey, TreeSet<String>> left = new TreeMap<>();

    private Memberships(int maxGroups) {
        this.maxGroups = maxGroups;
    }

    static Memberships read(Connection connection, Collection<EndpointKey> endpoints, int maxGroups)
            throws SQLException {
        Memberships memberships = new Memberships(maxGroups);
        TreeSet<String> apps = new TreeSet<>();
        endpoints.forEach(endpoint -> apps.add(endpoint.app()));
        AppLog.read(connection, apps).forEach(position -> memberships.positions.put(position.app(), position));
        List<EndpointKey> all = List.copyOf(new TreeSet<>(endpoints));
        for (int from = 0; from < all.size(); from += USERS_A_STATEMENT) {
            memberships.readSome(connection, all.subList(from, Math.min(all.size(), from + USERS_A_STATEMENT)));
        }
        return memberships;
    }

    /** Of all devices of the users: those that were not asked for are few. */
    private void readSome(Connection connection, List<EndpointKey> endpoints) throws SQLException {
        UserQuery query = UserQuery.of(endpoints);
        Sql.list(
                connection,
                query.select("app, user, device, group_name, since_bseq", "membership"),
                row -> groupsOf(new EndpointKey(row.getString("app"), Sql.text(row, "user"), Sql.text(row, "device")))
                        .put(Sql.text(row, "group_name"), row.getLong("since_bseq")),
                query.parameters());
    }

    AppLog.Position position(String app) {
        return positions.getOrDefault(app, AppLog.Position.none(app));
    }

    /**
     * Joins and leaves, or neither.
     *
     * @throws HawserException FAILED_PRECONDITION where it would be in too many groups: nothing is changed then
     */
    void change(EndpointKey endpoint, Collection<String> join, Collection<String> leave) {
        Map<String, Long> after = new TreeMap<>(groupsOf(endpoint));
        leave.forEach(after::remove);
        long since = position(endpoint.app()).watermark();
        join.forEach(group -> after.putIfAbsent(group, since));
        int inAll = merged(after, groupsOf(endpoint.ofUser())).size();
        if (inAll > maxGroups && !join.isEmpty()) {
            throw tooMany(inAll, endpoint, maxGroups);
        }
        note(endpoint, groupsOf(endpoint), after);
        groups.put(endpoint, after);
    }

    /** Not RESOURCE_EXHAUSTED: that is said where trying again helps. */
    static HawserException tooMany(int groups, EndpointKey endpoint, int maxGroups) {
        return HawserException.refusal(
                ErrorCode.FAILED_PRECONDITION,
                "groups: " + groups + " of user " + endpoint.user() + " of app " + endpoint.app()
                        + " (expected: at most " + maxGroups + " an endpoint)");
    }

    private void note(EndpointKey endpoint, Map<String, Long> before, Map<String, Long> after) {
        TreeMap<String, Long> newlyJoined = joined.computeIfAbsent(endpoint, key -> new TreeMap<>());
        TreeSet<String> newlyLeft = left.computeIfAbsent(endpoint, key -> new TreeSet<>());
        before.forEach((group, since) -> {
            if (!since.equals(after.get(group))) {
                newlyJoined.remove(group);
                newlyLeft.add(group);
            }
        });
        after.forEach((group, since) -> {
            if (!since.equals(before.get(group))) {
                newlyJoined.put(group, since);
            }
        });
    }

    /** Of the endpoint and of its user, each group once, since the earlier of the two. */
    List<Membership> of(EndpointKey endpoint) {
        List<Membership> all = new ArrayList<>();
        merged(groupsOf(endpoint), groupsOf(endpoint.ofUser()))
                .forEach((group, since) -> all.add(Membership.newBuilder()
                        .setGroup(group)
                        .setSinceBseq(since)
                        .build()));
        return all;
    }

    /** First what was left, then what was joined: who did both has a new membership. */
    void write(Connection connection) throws SQLException {
        List<@Nullable Object[]> gone = new ArrayList<>();
        left.forEach((endpoint, names) -> names.forEach(group -> gone.add(row(endpoint, group))));
        Sql.batch(
                connection,
                "DELETE FROM membership WHERE app = ? AND user = ? AND device = ? AND group_name = ?",
                gone);
        List<@Nullable Object[]> made = new ArrayList<>();
        joined.forEach((endpoint, names) -> names.forEach((group, since) -> made.add(new @Nullable Object[] {
            endpoint.app(), Sql.bytes(endpoint.user()), Sql.bytes(endpoint.device()), Sql.bytes(group), since
        })));
        Sql.batch(
                connection,
                "INSERT IGNORE INTO membership (app, user, device, group_name, since_bseq) VALUES (?, ?, ?, ?, ?)",
                made);
    }

    private static @Nullable Object[] row(EndpointKey endpoint, String group) {
        return new @Nullable Object[] {
            endpoint.app(), Sql.bytes(endpoint.user()), Sql.bytes(endpoint.device()), Sql.bytes(group)
        };
    }

    private Map<String, Long> groupsOf(EndpointKey key) {
        return groups.computeIfAbsent(key, endpoint -> new TreeMap<>());
    }

    /** In the order of their names. */
    private static Map<String, Long> merged(Map<String, Long> own, Map<String, Long> users) {
        Map<String, Long> all = new TreeMap<>(own);
        users.forEach((group, since) -> all.merge(group, since, Math::min));
        return all;
    }
}
