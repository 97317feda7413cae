package io.hawser.saver.spool;

import io.hawser.saver.journal.LogId;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Slots that nobody serves now, and who waits there. Of each, one user is asked for now and then, to find out whether
 * somebody does again; so many a second of all slots together, for where MySQL is out none is served. Where one is served
 * again, all others are asked for at once: what kept them may be over. Owned by the spool's thread.
 */
final class RestingSlots {
    private static final long RETRY_MILLIS = 500;
    private static final long MILLIS_A_SLOT = 10;

    private final SpoolReplay.Timer timer;
    private final Runnable onDue;
    /** Lanes look into it. */
    private final Map<Integer, Resting> slots = new ConcurrentHashMap<>();

    /** Whose pause is over; some are served meanwhile. */
    private final ArrayDeque<Resting> due = new ArrayDeque<>();

    private static final class Resting {
        final ArrayDeque<LogId> users = new ArrayDeque<>(1);
        boolean pausing;
        /** The last of them counts. */
        int pauses;
    }

    /** @param onDue hears that somebody can be asked for */
    RestingSlots(SpoolReplay.Timer timer, Runnable onDue) {
        this.timer = timer;
        this.onDue = onDue;
    }

    /** Whether a user's slot rests; from any thread. */
    boolean has(LogId log) {
        return slots.containsKey(log.slot());
    }

    /** Has a user wait, where its slot rests. Returns whether it does. */
    boolean keeps(LogId log) {
        Resting slot = slots.get(log.slot());
        if (slot != null) {
            slot.users.add(log);
        }
        return slot != null;
    }

    /**
     * A user's slot is not served: the user waits.
     *
     * @param asked it was to find that out
     */
    void failed(LogId log, boolean asked) {
        Resting slot = slots.get(log.slot());
        if (slot == null || asked) {
            slot = slots.computeIfAbsent(log.slot(), number -> new Resting());
            pause(slot, log.slot());
        }
        slot.users.add(log);
    }

    /** A user's slot is served. Returns who waited for that. */
    Collection<LogId> served(LogId log) {
        Resting slot = slots.remove(log.slot());
        if (slot == null) {
            return List.of();
        }
        slot.pausing = false;
        slots.values().forEach(this::wake);
        return slot.users;
    }

    /** Returns a user who is to find out whether its slot is served again: it waits no more. Null: nobody, now. */
    @Nullable
    LogId ask() {
        Resting slot = due.poll();
        while (slot != null
                && (slot.users.isEmpty() || slots.get(slot.users.element().slot()) != slot)) {
            slot = due.poll();
        }
        return slot == null ? null : slot.users.remove();
    }

    private void pause(Resting slot, int number) {
        slot.pausing = true;
        int pause = ++slot.pauses;
        timer.after(
                () -> {
                    if (slots.get(number) == slot && slot.pauses == pause) {
                        wake(slot);
                        onDue.run();
                    }
                },
                Math.max(RETRY_MILLIS, slots.size() * MILLIS_A_SLOT));
    }

    private void wake(Resting slot) {
        if (slot.pausing) {
            slot.pausing = false;
            due.add(slot);
        }
    }
}
