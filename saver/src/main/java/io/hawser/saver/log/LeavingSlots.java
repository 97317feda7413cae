package io.hawser.saver.log;

import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The slots that are on their way to another owner: they take nothing new, and are gone once MySQL's tables have all
 * there is to know of their logs. Owned by the lane.
 */
final class LeavingSlots {
    private final OwnedLogs owned;
    private final Consumer<UserLog> touched;
    private final Consumer<List<SlotState>> drop;
    private final List<Leaving> leaving = new ArrayList<>();

    private record Leaving(Set<Integer> slots, CompletableFuture<Boolean> done) {}

    /**
     * @param touched hears of a log whose numbers have to be written
     * @param drop forgets slots with all that is left of them
     */
    LeavingSlots(OwnedLogs owned, Consumer<UserLog> touched, Consumer<List<SlotState>> drop) {
        this.owned = owned;
        this.touched = touched;
        this.drop = drop;
    }

    void add(Set<Integer> slots, CompletableFuture<Boolean> done) {
        for (int slot : slots) {
            SlotState state = owned.slot(slot);
            if (state != null) {
                state.leaving = true;
            }
        }
        for (UserLog log : owned.where(each -> slots.contains(each.id.slot()))) {
            if (log.owedSeq != 0 && !log.owedInRow) {
                log.changed();
                touched.accept(log);
            }
        }
        leaving.add(new Leaving(Set.copyOf(slots), done));
    }

    boolean any() {
        return !leaving.isEmpty();
    }

    /** Lets those go that can be. */
    void run() {
        leaving.removeIf(this::hasLeft);
    }

    void abandon(HawserException cause) {
        leaving.forEach(leave -> leave.done.completeExceptionally(cause));
        leaving.clear();
    }

    private boolean hasLeft(Leaving leave) {
        Set<Integer> busy = busy();
        for (int number : leave.slots) {
            SlotState slot = owned.slot(number);
            if (slot != null && (busy.contains(number) || slot.changing > 0)) {
                return false;
            }
        }
        drop.accept(
                leave.slots.stream().map(owned::slot).filter(Objects::nonNull).toList());
        leave.done.complete(true);
        return true;
    }

    private Set<Integer> busy() {
        Set<Integer> busy = new HashSet<>();
        for (UserLog log : owned.logs()) {
            if (log.inUse > 0 || log.dirty || !log.unfolded.isEmpty() || log.parked != null) {
                busy.add(log.id.slot());
            }
        }
        return busy;
    }
}
