package io.hawser.room.links;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import java.util.List;
import java.util.function.Consumer;

/** A service of one peer, which stays. */
final class OneView implements Membership {
    private final View view;

    OneView(Peer peer) {
        this.view = new View(1, List.of(peer));
    }

    @Override
    public View view() {
        return view;
    }

    @Override
    public AutoCloseable onChange(Consumer<View> listener) {
        listener.accept(view);
        return () -> {};
    }
}
