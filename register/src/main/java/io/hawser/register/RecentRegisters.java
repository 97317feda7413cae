package io.hawser.register;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registers in view, and those that were until a short while ago: one that drains is in nobody's view, and still
 * answers for what it held. For a link by name; who owns what does not follow from this.
 */
final class RecentRegisters implements Membership, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RecentRegisters.class);
    private static final int MAX_GONE = 16;

    private final LongSupplier nanoTime;
    private final List<Consumer<View>> listeners = new CopyOnWriteArrayList<>();
    private final LinkedHashMap<String, Gone> gone = new LinkedHashMap<>();
    private final AutoCloseable subscription;
    private View present = new View(0, List.of());
    private View view = present;

    /** When it was seen last. */
    private record Gone(Peer peer, long sinceNanos) {}

    RecentRegisters(Membership registers, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.subscription = registers.onChange(this::moveTo);
    }

    @Override
    public synchronized View view() {
        return view;
    }

    @Override
    public synchronized AutoCloseable onChange(Consumer<View> listener) {
        listeners.add(listener);
        listener.accept(view);
        return () -> listeners.remove(listener);
    }

    /** Leaves out those who have not been seen for so long. */
    synchronized void forgetAfter(long nanos) {
        long now = nanoTime.getAsLong();
        if (gone.values().removeIf(each -> now - each.sinceNanos >= nanos)) {
            publish();
        }
    }

    private synchronized void moveTo(View next) {
        for (Peer peer : present.peers()) {
            gone.put(peer.name(), new Gone(peer, nanoTime.getAsLong()));
        }
        next.peers().forEach(peer -> gone.remove(peer.name()));
        while (gone.size() > MAX_GONE) {
            gone.pollFirstEntry();
        }
        present = next;
        publish();
    }

    private void publish() {
        List<Peer> all = new ArrayList<>(present.peers());
        gone.values().forEach(each -> all.add(each.peer));
        view = new View(present.version(), all);
        listeners.forEach(listener -> listener.accept(view));
    }

    @Override
    public void close() {
        try {
            subscription.close();
        } catch (Exception e) {
            log.warn("Could not end the subscription to the registers' membership", e);
        }
    }
}
