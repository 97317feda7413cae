package io.hawser.saver.log;

import io.hawser.rpc.id.Slot;
import io.hawser.saver.journal.LogId;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The slots that a lane owns, and what it remembers of their logs. Owned by the lane. */
final class OwnedLogs {
    private record RequestKey(LogId log, String requestId) {}

    private final @Nullable SlotState[] slots = new SlotState[Slot.COUNT];
    private final Map<LogId, UserLog> logs = new HashMap<>();
    private final Map<RequestKey, Append> appends = new HashMap<>();
    private int owned;

    @Nullable
    SlotState slot(int slot) {
        return slots[slot];
    }

    List<SlotState> slots() {
        List<SlotState> all = new ArrayList<>(owned);
        for (SlotState slot : slots) {
            if (slot != null) {
                all.add(slot);
            }
        }
        return all;
    }

    int slotCount() {
        return owned;
    }

    void add(SlotState slot) {
        if (slots[slot.slot] == null) {
            owned++;
        }
        slots[slot.slot] = slot;
    }

    /** Forgets slots and all of their logs, and returns these. */
    List<UserLog> remove(Collection<SlotState> leaving) {
        BitSet numbers = new BitSet(Slot.COUNT);
        for (SlotState slot : leaving) {
            if (slots[slot.slot] == slot) {
                slots[slot.slot] = null;
                owned--;
                numbers.set(slot.slot);
            }
        }
        List<UserLog> gone = where(log -> numbers.get(log.id.slot()));
        gone.forEach(log -> logs.remove(log.id));
        appends.keySet().removeIf(key -> numbers.get(key.log.slot()));
        return gone;
    }

    UserLog log(LogId id) {
        return logs.computeIfAbsent(id, UserLog::new);
    }

    /** Whether a log may be used: its slot is owned, and is not about to be given away. */
    boolean owns(LogId id) {
        SlotState slot = slots[id.slot()];
        return slot != null && !slot.leaving;
    }

    /** @throws HawserException NOT_OWNER where the log may not be used */
    UserLog own(LogId id) {
        if (!owns(id)) {
            throw notOwned(id);
        }
        return log(id);
    }

    static HawserException notOwned(LogId id) {
        return HawserException.refusal(ErrorCode.NOT_OWNER, "slot " + id.slot() + ": owned by another saver");
    }

    @Nullable
    UserLog known(LogId id) {
        return logs.get(id);
    }

    Collection<UserLog> logs() {
        return logs.values();
    }

    List<UserLog> where(Predicate<UserLog> condition) {
        return logs.values().stream().filter(condition).toList();
    }

    void forgetIfIdle(UserLog log) {
        if (log.idle()) {
            logs.remove(log.id, log);
        }
    }

    @Nullable
    Append append(UserLog log, String requestId) {
        return appends.get(new RequestKey(log.id, requestId));
    }

    /** Forgets the appends of a log whose messages are numbered up to {@code seq}. */
    void forgetAppends(LogId log, long seq) {
        appends.entrySet()
                .removeIf(
                        each -> each.getKey().log.equals(log) && each.getValue().isNumberedUpTo(seq));
    }

    void remember(Append append) {
        appends.put(new RequestKey(append.log.id, append.requestId()), append);
    }

    void forget(Append append) {
        appends.remove(new RequestKey(append.log.id, append.requestId()), append);
    }
}
