package io.hawser.rpc.link;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The peers of one view, each with its streams: an immutable picture, replaced when the view changes. */
final class Peers {
    private final Membership.View view;
    private final Map<String, Entry> byName;
    private final List<Entry> all;

    /** Made when first asked for: not every service is called by slot. */
    private volatile @Nullable SlotTable slots;

    private Peers(Membership.View view, Map<String, Entry> byName) {
        this.view = view;
        this.byName = byName;
        this.all = List.copyOf(byName.values());
    }

    static Peers none() {
        return new Peers(new Membership.View(0, List.of()), Map.of());
    }

    boolean isOf(Membership.View other) {
        return view.equals(other);
    }

    /** Returns the picture of {@code next}, in which peers that are the same as before keep their streams. */
    Peers moveTo(Membership.View next, Function<Peer, List<ClientStream>> open) {
        Map<String, Entry> entries = new HashMap<>();
        for (Peer peer : next.peers()) {
            Entry known = byName.get(peer.name());
            entries.put(
                    peer.name(),
                    known != null && sameLife(known.peer, peer) ? known : new Entry(peer, open.apply(peer)));
        }
        return new Peers(next, entries);
    }

    /** Lets those streams finish that {@code next} has no more. */
    void drainThoseNotIn(Peers next, Duration atMost) {
        for (Entry entry : all) {
            if (!entry.equals(next.byName.get(entry.peer.name()))) {
                entry.streams.forEach(stream -> stream.drain(atMost));
            }
        }
    }

    Collection<ClientStream> streams() {
        List<ClientStream> streams = new ArrayList<>();
        all.forEach(entry -> streams.addAll(entry.streams));
        return streams;
    }

    /** Returns the stream that the call goes over; null where there is no such peer. */
    @Nullable
    ClientStream choose(Route route) {
        return switch (route) {
            case Route.ToSlot(int slot) -> bySlot(slot);
            case Route.ToPeer(String name) -> byName(name);
            case Route.ToLife(String name, long incarnation) -> byLife(name, incarnation);
            case Route.ToLeastLoaded any -> leastLoaded();
        };
    }

    private @Nullable ClientStream bySlot(int slot) {
        SlotTable table = slots;
        if (table == null) {
            table = SlotTable.of(view);
            slots = table;
        }
        Peer owner = table.owner(slot);
        Entry entry = owner == null ? null : byName.get(owner.name());
        return entry == null ? null : entry.streams.get(slot % entry.streams.size());
    }

    private @Nullable ClientStream byName(String name) {
        Entry entry = byName.get(name);
        return entry == null ? null : entry.lightest();
    }

    private @Nullable ClientStream byLife(String name, long incarnation) {
        Entry entry = byName.get(name);
        return entry == null || entry.peer.incarnation() != incarnation ? null : entry.lightest();
    }

    private @Nullable ClientStream leastLoaded() {
        if (all.isEmpty()) {
            return null;
        }
        ThreadLocalRandom chance = ThreadLocalRandom.current();
        int first = chance.nextInt(all.size());
        int second = (first + 1 + (all.size() == 1 ? 0 : chance.nextInt(all.size() - 1))) % all.size();
        ClientStream stream = lighter(all.get(first).lightest(), all.get(second).lightest());
        return stream.isUsable() ? stream : anyUsable(first, stream);
    }

    /** Both that were drawn are out: the next that is not, or one of them after all, whose refusal says why. */
    private ClientStream anyUsable(int from, ClientStream otherwise) {
        for (int i = 0; i < all.size(); i++) {
            ClientStream stream = all.get((from + i) % all.size()).lightest();
            if (stream.isUsable()) {
                return stream;
            }
        }
        return otherwise;
    }

    private static ClientStream lighter(ClientStream a, ClientStream b) {
        if (a.isUsable() != b.isUsable()) {
            return a.isUsable() ? a : b;
        }
        return b.load() < a.load() ? b : a;
    }

    private static boolean sameLife(Peer a, Peer b) {
        return a.incarnation() == b.incarnation() && a.host().equals(b.host()) && a.port() == b.port();
    }

    private record Entry(Peer peer, List<ClientStream> streams) {
        private ClientStream lightest() {
            ClientStream best = streams.getFirst();
            for (int i = 1; i < streams.size(); i++) {
                best = lighter(best, streams.get(i));
            }
            return best;
        }
    }
}
