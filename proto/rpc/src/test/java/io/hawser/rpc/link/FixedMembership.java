package io.hawser.rpc.link;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A membership that the test sets. */
public final class FixedMembership implements Membership {
    private final List<Consumer<View>> listeners = new CopyOnWriteArrayList<>();
    private View view = new View(0, List.of());

    public static FixedMembership of(Peer... peers) {
        FixedMembership membership = new FixedMembership();
        membership.set(peers);
        return membership;
    }

    /** A peer of the service "echo" on this machine. */
    public static Peer peer(String name, int port) {
        return new Peer("echo", name, "127.0.0.1", port, 1, "");
    }

    public synchronized void set(Peer... peers) {
        setUntold(peers);
        listeners.forEach(listener -> listener.accept(view));
    }

    /** As {@link #set}, before listeners know. */
    synchronized void setUntold(Peer... peers) {
        view = new View(view.version() + 1, List.of(peers));
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
