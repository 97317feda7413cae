package io.hawser.saver.log;

import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.saver.journal.LogId;
import io.hawser.saver.v1.MailboxState;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Removes mailboxes that were neither opened nor acknowledged for long, as a log's numbers say when MySQL is told of them.
 * A session may read one all the same, and have had nothing to acknowledge: the register is asked first, and such a one counts
 * as seen. Who binds after that has opened the mailbox, and the script leaves it. What could not be found out is found out
 * at the log's next fold. A user's last mailbox stays, and one for which alone a message waits, until that has expired:
 * nothing that was accepted goes with a mailbox. Owned by the lane.
 */
final class Absences {
    private final LaneThread lane;
    private final LaneSettings settings;
    private final Pusher pusher;
    private final OwnedLogs owned;
    private final Clock clock;
    private final LaneMeters meters;
    private final Supplier<@Nullable HawserException> refusal;
    private final Consumer<LogEntry> accept;
    private final Dispatcher dispatcher;
    /** Of whom the register is asked. */
    private final Set<LogId> asking = new HashSet<>();

    /** @param refusal why nothing can be committed now, null where it can */
    Absences(
            LaneThread lane,
            LaneSettings settings,
            Pusher pusher,
            OwnedLogs owned,
            Clock clock,
            LaneMeters meters,
            Supplier<@Nullable HawserException> refusal,
            Consumer<LogEntry> accept,
            Dispatcher dispatcher) {
        this.lane = lane;
        this.settings = settings;
        this.pusher = pusher;
        this.owned = owned;
        this.clock = clock;
        this.meters = meters;
        this.refusal = refusal;
        this.accept = accept;
        this.dispatcher = dispatcher;
    }

    /** What is asked comes to nothing. */
    void abandon() {
        asking.clear();
    }

    /** Looks whether any of a log's mailboxes may go. */
    void look(LogId id, List<MailboxState> mailboxes) {
        if (settings.longestAbsence().isZero() || mailboxes.size() < 2) {
            return;
        }
        long sinceMs = clock.millis() - settings.longestAbsence().toMillis();
        List<String> absent = mailboxes.stream()
                .filter(mailbox -> mailbox.getSeenMs() <= sinceMs)
                // Where all of them are, the one for which most waits is the last, and stays.
                .sorted(Comparator.comparingLong(MailboxState::getAcknowledged).reversed())
                .limit(mailboxes.size() - 1L)
                .map(MailboxState::getMailbox)
                .toList();
        if (absent.isEmpty() || asking.contains(id)) {
            return;
        }
        if (asking.size() >= settings.maxRepushes()) {
            meters.absentUnsure.increment();
            return;
        }
        asking.add(id);
        pusher.mailboxesRead(id.app(), id.user())
                .whenComplete((read, failure) -> lane.execute(() -> told(id, absent, sinceMs, read)));
    }

    /** @param read null: it is not known */
    private void told(LogId id, List<String> absent, long sinceMs, @Nullable Set<String> read) {
        SlotState slot = owned.slot(id.slot());
        if (!asking.remove(id) || slot == null || slot.leaving) {
            return;
        }
        if (read == null || refusal.get() != null) {
            meters.absentUnsure.increment();
            return;
        }
        UserLog log = owned.log(id);
        for (String mailbox : absent) {
            if (read.contains(mailbox)) {
                markSeen(log, mailbox);
            } else {
                forget(log, mailbox, sinceMs);
            }
        }
    }

    private void forget(UserLog log, String mailbox, long sinceMs) {
        ForgetMailbox forget = ForgetMailbox.ifAbsent(log, mailbox, sinceMs, accept);
        var _ = forget.result.thenAccept(this::count);
        dispatcher.begin(forget);
    }

    private void count(ForgetMailboxReply reply) {
        if (reply.getForgotten()) {
            meters.absent.increment();
        }
    }

    /** Opens it, where it is there. */
    private void markSeen(UserLog log, String mailbox) {
        OpenMailboxRequest request = OpenMailboxRequest.newBuilder()
                .setApp(log.id.app())
                .setUser(log.id.user())
                .setMailbox(mailbox)
                .build();
        dispatcher.begin(new OpenMailbox(log, request, settings, Absences::noNewOne, accept));
    }

    private static HawserException noNewOne() {
        return HawserException.refusal(ErrorCode.NOT_FOUND, "mailbox: is gone");
    }
}
