package io.hawser.center.broadcast;

import io.hawser.api.v1.Audience;
import io.hawser.api.v1.BroadcastAudience;
import io.hawser.center.group.Lists;
import io.hawser.rpc.id.GroupName;
import io.hawser.rpc.id.UserId;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;

/** Whom a broadcast is for. */
sealed interface Reach {
    int MAX_GROUPS = 16;
    int MAX_USERS = 100_000;

    /** As it stands in the answer. */
    BroadcastAudience view();

    /** The members of some groups of the app; of none: everyone. These read it in the app's log. */
    record Members(List<String> groups) implements Reach {
        @Override
        public BroadcastAudience view() {
            return BroadcastAudience.newBuilder()
                    .setAll(groups.isEmpty())
                    .addAllGroups(groups)
                    .build();
        }
    }

    /** Some users, each of whom gets it in the mailbox. */
    record Users(List<String> users) implements Reach {
        @Override
        public BroadcastAudience view() {
            return BroadcastAudience.newBuilder().setUsers(true).build();
        }
    }

    /**
     * Returns who is meant, each user and group once.
     *
     * @throws HawserException INVALID_ARGUMENT
     */
    static Reach of(Audience audience) {
        boolean groups = audience.getGroupsCount() > 0;
        boolean users = audience.getUsersCount() > 0;
        if ((audience.getAll() ? 1 : 0) + (groups ? 1 : 0) + (users ? 1 : 0) != 1) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "audience: " + said(audience.getAll(), groups, users) + " (expected: one of all, groups, users)");
        }
        if (users) {
            return new Users(Lists.distinct(
                    "audience.users", audience.getUsersList(), MAX_USERS, user -> new UserId(user).value()));
        }
        return new Members(
                groups
                        ? Lists.distinct("audience.groups", audience.getGroupsList(), MAX_GROUPS, Reach::group)
                        : List.of());
    }

    private static String group(String given) {
        return new GroupName(given).value();
    }

    private static String said(boolean all, boolean groups, boolean users) {
        if (!all && !groups && !users) {
            return "missing";
        }
        return (all ? "all, " : "") + (groups ? "groups" : "") + (groups && users ? ", " : "") + (users ? "users" : "");
    }
}
