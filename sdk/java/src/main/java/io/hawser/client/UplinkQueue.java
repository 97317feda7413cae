package io.hawser.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Uplink;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The uplinks that the platform is not known to have, by number, on disk; and who waits for them in this life. For one
 * thread at a time.
 */
final class UplinkQueue {
    private final DurableQueue store;
    private final Delivery delivery;
    private final Clock clock;
    private final NavigableMap<Long, Uplink> waiting = new TreeMap<>();
    private final Map<Long, CompletableFuture<Void>> futures = new HashMap<>();
    private long lastNumber;
    /** What the first that waits follows: the last one that the platform is known to have. */
    private long floor;

    UplinkQueue(DurableQueue store, Clock clock, Delivery delivery) throws IOException {
        this.store = store;
        this.clock = clock;
        this.delivery = delivery;
        this.lastNumber = store.lastNumber();
        for (byte[] entry : store.entries().values()) {
            Uplink uplink = parse(entry);
            floor = waiting.isEmpty() ? uplink.getPrev() : floor;
            waiting.put(uplink.getNumber(), uplink);
        }
    }

    /** @throws HawserException RESOURCE_EXHAUSTED where it is full, INTERNAL where the disk refuses */
    CompletableFuture<Void> add(String route, byte[] body, boolean text, String correlation) {
        // A queue that lost its file must not begin below what the platform has: so it begins at the wall clock.
        long number = lastNumber == 0 ? Math.max(1, clock.millis() * 1000) : lastNumber + 1;
        Uplink uplink = Uplink.newBuilder()
                .setBinding(Session.BINDING)
                .setNumber(number)
                .setPrev(lastNumber)
                .setRoute(route)
                .setBody(ByteString.copyFrom(body))
                .setText(text)
                .setCorrelation(correlation)
                .build();
        try {
            if (!store.add(number, uplink.toByteArray())) {
                throw HawserException.refusal(
                        ErrorCode.RESOURCE_EXHAUSTED, "uplinks: " + waiting.size() + " wait (the queue is full)");
            }
        } catch (IOException e) {
            throw new HawserException(ErrorCode.INTERNAL, "uplink: cannot be kept: " + e.getMessage(), e);
        }
        floor = waiting.isEmpty() ? lastNumber : floor;
        lastNumber = number;
        waiting.put(number, uplink);
        CompletableFuture<Void> stored = new CompletableFuture<>();
        futures.put(number, stored);
        return stored;
    }

    int size() {
        return waiting.size();
    }

    boolean has(long number) {
        return waiting.containsKey(number);
    }

    Collection<Uplink> upTo(long number) {
        return waiting.headMap(number, true).values();
    }

    Collection<Uplink> after(long number) {
        return waiting.tailMap(number, false).values();
    }

    /** Returns an uplink as it is sent: behind the one that is before it now. */
    Uplink linked(Uplink uplink) {
        Long before = waiting.lowerKey(uplink.getNumber());
        return uplink.toBuilder()
                .setPrev(before == null ? Math.min(floor, uplink.getNumber() - 1) : before)
                .build();
    }

    /** The platform has all up to here; returns who waits for them. */
    List<CompletableFuture<Void>> stored(long upTo) {
        List<CompletableFuture<Void>> done = new ArrayList<>();
        for (Uplink uplink : List.copyOf(upTo(upTo))) {
            CompletableFuture<Void> future = drop(uplink.getNumber());
            if (future != null) {
                done.add(future);
            }
        }
        floor = Math.max(floor, upTo);
        return done;
    }

    /** One is done with; returns who waits for it. */
    @Nullable
    CompletableFuture<Void> drop(long number) {
        waiting.remove(number);
        try {
            store.remove(number);
        } catch (IOException e) {
            // It comes again in the next life, and the platform knows it then.
            storeFailed(e);
        }
        return futures.remove(number);
    }

    /** The platform has no more than this: what lay between was refused for good, and is not here any more. */
    void storedOnly(long upTo) {
        floor = upTo(upTo).isEmpty() ? upTo : floor;
    }

    boolean isBehind(long taken) {
        return taken > lastNumber;
    }

    /**
     * The platform has a number above all that this queue gave: it lost its numbers, and began at a clock that was set back
     * since. None of what waits was taken, all of it counted as repeats. All is numbered anew or nothing: of a mix, the
     * next life would take what has its old number for stored.
     *
     * @return false where the disk refuses: nothing has changed
     */
    boolean numberAnewAbove(long taken) {
        NavigableMap<Long, Uplink> anew = new TreeMap<>();
        Map<Long, CompletableFuture<Void>> theirs = new HashMap<>();
        long last = taken;
        for (Uplink uplink : waiting.values()) {
            Uplink renumbered =
                    uplink.toBuilder().setNumber(last + 1).setPrev(last).build();
            last = renumbered.getNumber();
            anew.put(last, renumbered);
            CompletableFuture<Void> future = futures.get(uplink.getNumber());
            if (future != null) {
                theirs.put(last, future);
            }
        }
        if (!keep(anew.values())) {
            return false;
        }
        waiting.clear();
        waiting.putAll(anew);
        futures.clear();
        futures.putAll(theirs);
        lastNumber = last;
        floor = taken;
        return true;
    }

    private boolean keep(Collection<Uplink> anew) {
        Map<Long, byte[]> entries = new LinkedHashMap<>();
        anew.forEach(uplink -> entries.put(uplink.getNumber(), uplink.toByteArray()));
        try {
            store.replaceAll(entries);
            return true;
        } catch (IOException e) {
            storeFailed(e);
            return false;
        }
    }

    /** Nobody will be told any more in this life; returns who waits. */
    List<CompletableFuture<Void>> abandon() {
        List<CompletableFuture<Void>> all = new ArrayList<>(futures.values());
        futures.clear();
        return all;
    }

    private void storeFailed(IOException e) {
        delivery.error(new HawserException(ErrorCode.INTERNAL, "uplink store: " + e.getMessage(), e));
    }

    private static Uplink parse(byte[] entry) throws IOException {
        try {
            return Uplink.parseFrom(entry);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("uplinks: malformed entry", e);
        }
    }
}
