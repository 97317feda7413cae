package io.hawser.room.broadcast;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The entries of an app that members of one event loop wait for, each at a place of its own: the bit by which a member
 * waits. There are as many places as an app may have unfinished tasks; an entry that finds none waits with all after it.
 */
final class OpenEntries {
    /** Members that are looked at for each that may be served: those who wait may be few among many. */
    private static final int LOOKS = 4;

    private final LocalApp app;
    private final @Nullable OpenEntry[] places = new OpenEntry[Long.SIZE];
    /** Urgent ones first, then as they stand in the log. */
    private List<OpenEntry> inOrder = List.of();

    OpenEntries(LocalApp app) {
        this.app = app;
    }

    boolean isEmpty() {
        return inOrder.isEmpty();
    }

    void clear() {
        for (int i = 0; i < places.length; i++) {
            places[i] = null;
        }
        inOrder = List.of();
    }

    @Nullable
    OpenEntry find(long bseq) {
        for (OpenEntry some : inOrder) {
            if (some.entry().bseq() == bseq) {
                return some;
            }
        }
        return null;
    }

    /** Returns the entry's place, its own or a new one; null where there is none. */
    @Nullable
    OpenEntry open(Entry entry) {
        OpenEntry known = find(entry.bseq());
        if (known != null) {
            return known;
        }
        for (int i = 0; i < places.length; i++) {
            if (places[i] == null) {
                OpenEntry opened = new OpenEntry(entry, i);
                places[i] = opened;
                reorder();
                return opened;
            }
        }
        return null;
    }

    private void reorder() {
        List<OpenEntry> all = new ArrayList<>();
        for (OpenEntry some : places) {
            if (some != null) {
                all.add(some);
            }
        }
        all.sort(Comparator.<OpenEntry, Boolean>comparing(some -> !some.entry().urgent())
                .thenComparingLong(some -> some.entry().bseq()));
        inOrder = List.copyOf(all);
    }

    /** Calls {@code found} with those of these bits. */
    void forEach(long bits, Consumer<OpenEntry> found) {
        for (long rest = bits; rest != 0; rest &= rest - 1) {
            OpenEntry some = places[Long.numberOfTrailingZeros(rest)];
            if (some != null) {
                found.accept(some);
            }
        }
    }

    /** Serves some of those who wait for each, as far as it may be. Returns whether more may be at once. */
    boolean serveSome(int members) {
        long wallMs = app.host().wallMs();
        boolean more = false;
        for (OpenEntry some : inOrder) {
            more |= some.waiting() > 0 && serve(some, members, wallMs);
        }
        return more;
    }

    private boolean serve(OpenEntry some, int members, long wallMs) {
        Entry entry = some.entry();
        if (entry.isDead(wallMs)) {
            return walk(some, members, members, member -> member.giveUp(some));
        }
        if (!entry.mustWait()) {
            return walk(some, members, members, member -> member.serve(some));
        }
        return entry.isPacing() && servePaced(some, members);
    }

    private boolean servePaced(OpenEntry some, int members) {
        Paces paces = app.parts().paces();
        long bseq = some.entry().bseq();
        int granted = paces.take(app.app(), bseq, Math.min(members, some.waiting()));
        int before = some.written();
        boolean more = granted > 0 && walk(some, granted, members, member -> member.serve(some));
        paces.giveBack(app.app(), bseq, granted - (some.written() - before));
        return more;
    }

    /**
     * Goes on to walk over those who may wait: until so many were written to, served, or looked at.
     *
     * @param service returns whether the member was written to
     */
    private boolean walk(OpenEntry some, int writes, int members, Predicate<Member> service) {
        int writesLeft = writes;
        int membersLeft = members;
        for (int looks = LOOKS * members; looks > 0 && writesLeft > 0 && membersLeft > 0; looks--) {
            Member next = some.next(app);
            if (next == null && !some.isWorthAnotherWalk()) {
                return false;
            }
            if (next != null && next.waitsFor(some)) {
                membersLeft--;
                writesLeft -= some.served(service.test(next));
            }
        }
        return some.waiting() > 0;
    }

    /** Gives places free of entries that are nobody's any more. Returns whether there was one. */
    boolean closeThoseThatAreOver(LongPredicate isOffered) {
        long wallMs = app.host().wallMs();
        boolean any = false;
        for (int i = 0; i < places.length; i++) {
            OpenEntry some = places[i];
            if (some != null
                    && some.isOver(wallMs)
                    && !isOffered.test(some.entry().bseq())) {
                places[i] = null;
                any = true;
            }
        }
        if (any) {
            reorder();
        }
        return any;
    }
}
