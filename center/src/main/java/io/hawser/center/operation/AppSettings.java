package io.hawser.center.operation;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.hawser.api.v1.MailboxFullPolicy;
import io.hawser.api.v1.SessionPolicy;
import io.hawser.center.group.Lists;
import io.hawser.rpc.directory.MaxTtl;
import io.hawser.rpc.id.AppId;
import io.hawser.rpc.id.GroupPattern;
import io.hawser.rpc.v1.App;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.HawserException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** An app's settings, between their public form and the stored one. What is not set has its default. */
final class AppSettings {
    private static final int DEFAULT_BODY_BYTES = 4_096;
    private static final long DAY_SECONDS = 86_400;
    private static final long DEFAULT_TTL_SECONDS = 7 * DAY_SECONDS;
    private static final long DEFAULT_MAX_TTL_SECONDS = 30 * DAY_SECONDS;
    private static final int DEFAULT_MAILBOX_MESSAGES = 10_000;
    private static final int MOST_MAILBOX_MESSAGES = 1_000_000;
    private static final long DEFAULT_MAILBOX_BYTES = 16L << 20;
    private static final long MOST_MAILBOX_BYTES = 1L << 30;
    private static final int MOST_HOLDS = 100;
    private static final int MAX_NAME_BYTES = 128;
    private static final int MAX_CLIENT_GROUPS = 64;

    private AppSettings() {}

    /**
     * Returns {@code stored} with the settings of {@code given} in place of its own.
     *
     * @throws HawserException INVALID_ARGUMENT, naming the setting
     */
    static App apply(io.hawser.api.v1.App given, App stored) {
        long maxTtl = seconds(
                "max_ttl", given.hasMaxTtl(), given.getMaxTtl(), DEFAULT_MAX_TTL_SECONDS, MaxTtl.LONGEST_SECONDS);
        long defaultTtl = seconds(
                "default_ttl",
                given.hasDefaultTtl(),
                given.getDefaultTtl(),
                Math.min(DEFAULT_TTL_SECONDS, maxTtl),
                maxTtl);
        return stored.toBuilder()
                .setId(new AppId(given.getId()).value())
                .setDisplayName(name(given.getDisplayName()))
                .setDisabled(given.getDisabled())
                .setSessionPolicy(policy(given.getSessionPolicy(), stored))
                .setMaxBodyBytes((int) within(
                        "max_body_bytes",
                        given.getMaxBodyBytes(),
                        DEFAULT_BODY_BYTES,
                        FrameLimits.MAX_MESSAGE_BODY_BYTES))
                .setDefaultTtlSeconds((int) defaultTtl)
                .setMaxTtlSeconds((int) maxTtl)
                .setUsersMustExist(given.getUsersMustExist())
                .setMaxMailboxMessages((int) within(
                        "max_mailbox_messages",
                        Integer.toUnsignedLong(given.getMaxMailboxMessages()),
                        DEFAULT_MAILBOX_MESSAGES,
                        MOST_MAILBOX_MESSAGES))
                .setMaxMailboxBytes(within(
                        "max_mailbox_bytes", given.getMaxMailboxBytes(), DEFAULT_MAILBOX_BYTES, MOST_MAILBOX_BYTES))
                .setDropOldest(dropsOldest(given.getMailboxFullPolicy()))
                .setMaxSendsPerSecond(
                        (int) within("max_sends_per_second", given.getMaxSendsPerSecond(), 0, Integer.MAX_VALUE))
                .setAvailable(given.getAvailable())
                .clearClientGroups()
                .addAllClientGroups(clientGroups(given.getClientGroupsList()))
                .setMaxBroadcastMembersPerSecond((int) within(
                        "max_broadcast_members_per_second",
                        given.getMaxBroadcastMembersPerSecond(),
                        0,
                        Integer.MAX_VALUE))
                .setSkipAfterHolds((int)
                        within("skip_after_holds", Integer.toUnsignedLong(given.getSkipAfterHolds()), 0, MOST_HOLDS))
                .setVersion(given.getVersion())
                .build();
    }

    /** The public form: without the keys that sign tokens. */
    static io.hawser.api.v1.App view(App stored) {
        return io.hawser.api.v1.App.newBuilder()
                .setId(stored.getId())
                .setDisplayName(stored.getDisplayName())
                .setDisabled(stored.getDisabled())
                .setSessionPolicyValue(stored.getSessionPolicyValue())
                .setMaxBodyBytes(stored.getMaxBodyBytes())
                .setDefaultTtl(Durations.fromSeconds(stored.getDefaultTtlSeconds()))
                .setMaxTtl(Durations.fromSeconds(stored.getMaxTtlSeconds()))
                .setUsersMustExist(stored.getUsersMustExist())
                .setMaxMailboxMessages(stored.getMaxMailboxMessages())
                .setMaxMailboxBytes(stored.getMaxMailboxBytes())
                .setMailboxFullPolicy(
                        stored.getDropOldest() ? MailboxFullPolicy.DROP_OLDEST : MailboxFullPolicy.REFUSE_NEW)
                .setMaxSendsPerSecond(stored.getMaxSendsPerSecond())
                .setAvailable(stored.getAvailable())
                .addAllClientGroups(stored.getClientGroupsList())
                .setMaxBroadcastMembersPerSecond(stored.getMaxBroadcastMembersPerSecond())
                .setSkipAfterHolds(stored.getSkipAfterHolds())
                .setVersion(stored.getVersion())
                .setCreated(Timestamps.fromMillis(stored.getCreatedMs()))
                .build();
    }

    static String name(String given) {
        int bytes = given.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_NAME_BYTES) {
            throw invalid("display_name", bytes + " bytes", "at most " + MAX_NAME_BYTES);
        }
        return given;
    }

    private static List<String> clientGroups(List<String> given) {
        if (given.isEmpty()) {
            return given;
        }
        return Lists.distinct(
                "app.client_groups", given, MAX_CLIENT_GROUPS, pattern -> new GroupPattern(pattern).value());
    }

    /**
     * An app's policy is that it was made with: what is unread lies in mailboxes by that policy, and sessions that read them
     * would stand beside those by another.
     */
    private static io.hawser.rpc.v1.SessionPolicy policy(SessionPolicy given, App stored) {
        io.hawser.rpc.v1.SessionPolicy present = stored.getSessionPolicy();
        if (stored.getId().isEmpty()) {
            return policy(given);
        }
        if (given != SessionPolicy.SESSION_POLICY_UNSPECIFIED && policy(given) != present) {
            throw HawserException.refusal(
                    ErrorCode.FAILED_PRECONDITION,
                    "app.session_policy: " + given + " (expected: " + present + ", which the app was made with)");
        }
        return present;
    }

    private static io.hawser.rpc.v1.SessionPolicy policy(SessionPolicy given) {
        return switch (given) {
            case SESSION_POLICY_UNSPECIFIED, ONE_PER_USER -> io.hawser.rpc.v1.SessionPolicy.ONE_PER_USER;
            case ONE_PER_DEVICE_CLASS -> io.hawser.rpc.v1.SessionPolicy.ONE_PER_DEVICE_CLASS;
            case ONE_PER_DEVICE -> io.hawser.rpc.v1.SessionPolicy.ONE_PER_DEVICE;
            case UNRECOGNIZED ->
                throw invalid(
                        "session_policy", "an unknown number", "ONE_PER_USER, ONE_PER_DEVICE_CLASS or ONE_PER_DEVICE");
        };
    }

    private static boolean dropsOldest(MailboxFullPolicy given) {
        return switch (given) {
            case MAILBOX_FULL_POLICY_UNSPECIFIED, REFUSE_NEW -> false;
            case DROP_OLDEST -> true;
            case UNRECOGNIZED -> throw invalid("mailbox_full_policy", "an unknown number", "REFUSE_NEW or DROP_OLDEST");
        };
    }

    private static long seconds(String name, boolean given, Duration asked, long byDefault, long max) {
        if (!given) {
            return byDefault;
        }
        if (!Durations.isValid(asked) || asked.getSeconds() < 1 || asked.getSeconds() > max || asked.getNanos() != 0) {
            throw invalid(name, asked.getSeconds() + "s", "1s to " + max + "s, in whole seconds");
        }
        return asked.getSeconds();
    }

    private static long within(String name, long given, long byDefault, long max) {
        if (given < 0 || given > max) {
            throw invalid(name, Long.toUnsignedString(given), "1 to " + max + ", or 0 for the default");
        }
        return given == 0 ? byDefault : given;
    }

    private static HawserException invalid(String name, String value, String expected) {
        return HawserException.refusal(
                ErrorCode.INVALID_ARGUMENT, "app." + name + ": " + value + " (expected: " + expected + ")");
    }
}
