package io.hawser.room.connection;

import io.hawser.rpc.id.IdTable;
import io.hawser.rpc.id.Slot;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who is on an event loop: connections by id, bindings by slot and user. */
final class Members {
    private final IdTable<Connection> connections = new IdTable<>();
    private final SlotChains bindings = new SlotChains();

    void add(Connection connection) {
        connections.put(connection.id(), connection);
    }

    void remove(Connection connection) {
        connections.remove(connection.id());
    }

    void add(Binding binding) {
        bindings.add(binding);
    }

    void remove(Binding binding) {
        bindings.remove(binding);
    }

    @Nullable
    Connection connection(long id) {
        return connections.get(id);
    }

    @Nullable
    Binding find(long connection, int number) {
        Connection found = connections.get(connection);
        return found == null ? null : found.binding(number);
    }

    /** Calls {@code found} with each binding of the user. It may remove none. */
    void forEach(String app, String user, Consumer<Binding> found) {
        bindings.forEach(Slot.of(app, user), binding -> {
            if (binding.reader().isOf(app, user)) {
                found.accept(binding);
            }
        });
    }

    /** Calls {@code found} with each binding of the slots. It may remove none. */
    void forEach(BitSet slots, Consumer<Binding> found) {
        bindings.forEach(slots, found);
    }

    /** Returns those who are here now. */
    List<Connection> connections() {
        return new ArrayList<>(connections.values());
    }
}
