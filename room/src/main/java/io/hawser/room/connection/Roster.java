package io.hawser.room.connection;

import static java.util.stream.Collectors.groupingBy;

import io.hawser.rpc.id.SlotDigests;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.Session;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** Returns how many sessions with a stamp there are in these slots, and their hashes. */
    public CompletableFuture<SlotDigests> digests(BitSet slots) {
        CompletableFuture<SlotDigests> all = CompletableFuture.completedFuture(new SlotDigests());
        for (ConnectionLoop loop : loops.all()) {
            CompletableFuture<SlotDigests> some =
                    CompletableFuture.supplyAsync(() -> digests(loop, slots), loop::execute);
            all = all.thenCombine(some, SlotDigests::plus);
        }
        return all;
    }

    /** Has the mailboxes of these slots looked into: what came while the register did not know them was not pushed. */
    public void checkMailboxes(BitSet slots) {
        for (ConnectionLoop loop : loops.all()) {
            loop.execute(() -> loop.members().forEach(slots, Binding::checkMailbox));
        }
    }

    /**
     * Returns, of sessions that a register holds of this room, those that are not here. One that may have entered, and has
     * not heard so, is.
     */
    public CompletableFuture<List<Session>> notHere(List<Session> held) {
        Map<Optional<ConnectionLoop>, List<Session>> byLoop = held.stream()
                .collect(groupingBy(session ->
                        Optional.ofNullable(loops.of(session.getLocation().getConnection()))));
        CompletableFuture<List<Session>> all =
                CompletableFuture.completedFuture(byLoop.getOrDefault(Optional.<ConnectionLoop>empty(), List.of()));
        for (ConnectionLoop loop : loops.all()) {
            List<Session> its = byLoop.getOrDefault(Optional.of(loop), List.of());
            CompletableFuture<List<Session>> some = CompletableFuture.supplyAsync(
                    () -> its.stream().filter(session -> !isHere(loop, session)).toList(), loop::execute);
            all = all.thenCombine(some, Roster::joined);
        }
        return all;
    }

    private static boolean isHere(ConnectionLoop loop, Session held) {
        Location place = held.getLocation();
        Binding binding = loop.members().find(place.getConnection(), place.getBinding());
        return binding != null
                && (!binding.registration().isRegistered()
                        || binding.registration().hasStamp(held.getStamp()));
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

    private static SlotDigests digests(ConnectionLoop loop, BitSet slots) {
        SlotDigests digests = new SlotDigests();
        loop.members().forEach(slots, binding -> binding.registration().addTo(digests));
        return digests;
    }

    private static List<Session> joined(List<Session> some, List<Session> more) {
        List<Session> all = new ArrayList<>(some.size() + more.size());
        all.addAll(some);
        all.addAll(more);
        return all;
    }
}
