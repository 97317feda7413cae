package io.hawser.room;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A membership that the test sets. */
public final class SettableMembership implements Membership {
    private final List<Consumer<View>> listeners = new CopyOnWriteArrayList<>();
    private View view = new View(0, List.of());

    public synchronized void set(Peer... peers) {
        view = new View(view.version() + 1, List.of(peers));
        listeners.forEach(listener -> listener.accept(view));
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
}
