package io.hawser.room.connection;

import io.hawser.rpc.v1.Session;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The sessions of all event loops, for those who tell registers of them. May be used by any thread. */
public final class Roster {
    private final ConnectionLoops loops;

    public Roster(ConnectionLoops loops) {
        this.loops = loops;
    }

    /** Returns the sessions of these slots that have a stamp; those that have none are about to enter by themselves. */
    public CompletableFuture<List<Session>> sessions(BitSet slots) {
        CompletableFuture<List<Session>> all = CompletableFuture.completedFuture(List.of());
        for (ConnectionLoop loop : loops.all()) {
            CompletableFuture<List<Session>> some =
                    CompletableFuture.supplyAsync(() -> sessions(loop, slots), loop::execute);
            all = all.thenCombine(some, Roster::joined);
        }
        return all;
    }

    /** Has the mailboxes of these slots looked into: what came while the register did not know them was not pushed. */
    public void checkMailboxes(BitSet slots) {
        for (ConnectionLoop loop : loops.all()) {
            loop.execute(() -> loop.members().forEach(slots, Binding::checkMailbox));
        }
    }

    private static List<Session> sessions(ConnectionLoop loop, BitSet slots) {
        List<Session> sessions = new ArrayList<>();
        loop.members().forEach(slots, binding -> {
            if (binding.registration().isRegistered()) {
                sessions.add(binding.registration().session());
            }
        });
        return sessions;
    }

    private static List<Session> joined(List<Session> some, List<Session> more) {
        List<Session> all = new ArrayList<>(some.size() + more.size());
        all.addAll(some);
        all.addAll(more);
        return all;
    }
}
