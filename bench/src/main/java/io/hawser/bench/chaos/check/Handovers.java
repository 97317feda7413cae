package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Event;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * When slots may have gone from one saver to another. What the first has in its spool then comes behind what the next has taken of
 * the same user since; in all other times a mailbox's order is that of its senders, spooled or not.
 */
final class Handovers {
    /** What neither ends a saver, nor its session. */
    private static final Pattern LEAVES_SLOTS =
            Pattern.compile("(mysql|redis|sentinel|clients|room|register|center|coordinator|dispatcher)-.*"
                    + "|saver-(to-)?(mysql|redis|disk)-.*");
    /** In which slots may go on to change, and spools to be emptied, after such a fault. */
    private static final long SETTLES_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Spans none;

    Handovers(List<Event> inTime) {
        none = Faultless.of(inTime, fault -> !LEAVES_SLOTS.matcher(fault).matches());
    }

    /** Whether a spooled message that came at that moment may have been overtaken. */
    boolean mayHaveDelayed(Message message, long deliveredNanos) {
        return message.isSpooled() && !none.cover(message.answeredNanos() - SETTLES_NANOS, deliveredNanos);
    }
}
