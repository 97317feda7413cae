package io.hawser.saver.spool;

import io.hawser.saver.journal.LogId;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What of each user is in the spool. What a mailbox and a user may hold is not known while MySQL is out, and what was
 * accepted is not refused later: so these have bounds of their own. From any thread.
 */
final class SpooledUsers {
    /** Mailboxes that are named: each may be a new one, beyond those that a user may have. */
    static final int MAX_TARGETS = 16;

    private final int maxMessages;
    private final Map<LogId, OfUser> users = new ConcurrentHashMap<>();

    /** Changed under the lock of the map's entry alone. */
    private static final class OfUser {
        int messages;
        final Map<String, Integer> targets = new HashMap<>(1);
    }

    SpooledUsers(int maxMessages) {
        this.maxMessages = maxMessages;
    }

    boolean has(LogId log) {
        return users.containsKey(log);
    }

    /**
     * Counts a message in.
     *
     * @throws HawserException MAILBOX_FULL where the user has as many, of its app's choice or of the spool's, or names one
     *     mailbox too many; then it is not counted
     */
    void take(Spooled spooled) {
        int chosen = spooled.request.getMaxMessages();
        int most = chosen == 0 ? maxMessages : Math.min(chosen, maxMessages);
        users.compute(spooled.log, (log, before) -> {
            OfUser user = before == null ? new OfUser() : before;
            if (user.messages >= most) {
                throw full("messages", log, most);
            }
            String target = spooled.request.getMailbox();
            if (user.targets.size() >= MAX_TARGETS && !target.isEmpty() && !user.targets.containsKey(target)) {
                throw full("mailboxes", log, MAX_TARGETS);
            }
            count(user, target);
            return user;
        });
    }

    /** Counts one in that was accepted by an earlier life. */
    void found(Spooled spooled) {
        users.compute(spooled.log, (log, before) -> {
            OfUser user = before == null ? new OfUser() : before;
            count(user, spooled.request.getMailbox());
            return user;
        });
    }

    void forget(Spooled spooled) {
        users.computeIfPresent(spooled.log, (log, user) -> {
            user.targets.computeIfPresent(
                    spooled.request.getMailbox(), (target, count) -> count == 1 ? null : count - 1);
            return --user.messages == 0 ? null : user;
        });
    }

    private static void count(OfUser user, String target) {
        user.messages++;
        if (!target.isEmpty()) {
            user.targets.merge(target, 1, Integer::sum);
        }
    }

    private static HawserException full(String what, LogId log, int most) {
        return HawserException.refusal(
                ErrorCode.MAILBOX_FULL,
                "MySQL: out; spool: " + what + " of user " + log.user() + ": " + most + ", as many as there may be");
    }
}
