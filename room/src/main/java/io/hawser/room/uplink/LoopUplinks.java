package io.hawser.room.uplink;

import io.hawser.room.connection.Apps;
import io.hawser.room.connection.Attached;
import io.hawser.room.connection.Uplinks;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.Kick;
import io.hawser.wire.v1.Uplink;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;

/** What goes up to the apps' back ends from one event loop: what clients send, and what is told of them. */
final class LoopUplinks implements Uplinks {
    private final UplinkLoop uplinks;
    private final BindingEvents events;
    private final Apps apps;
    private final IntSupplier maxFrameBytes;
    /** Those that have sent something up. */
    private final Map<Sender, ClientUplinks> clients = new HashMap<>();

    /** An app on a connection: what one sends leaves alone what others of the same connection may. */
    private record Sender(long connection, String app) {
        static Sender of(Attached binding) {
            return new Sender(binding.connectionId(), binding.app());
        }
    }

    LoopUplinks(UplinkLoop uplinks, BindingEvents events, Apps apps, IntSupplier maxFrameBytes) {
        this.uplinks = uplinks;
        this.events = events;
        this.apps = apps;
        this.maxFrameBytes = maxFrameBytes;
    }

    @Override
    public int maxBodyBytes(String app) {
        App known = apps.find(app);
        return known == null ? 0 : UplinkChecks.maxBodyBytes(known, maxFrameBytes.getAsInt());
    }

    @Override
    public void onUplink(Attached binding, Uplink uplink) {
        clients.computeIfAbsent(Sender.of(binding), sender -> new ClientUplinks(uplinks))
                .take(binding, uplink, maxBodyBytes(binding.app()));
    }

    @Override
    public void onDelivered(Attached binding, long since, long seq) {
        events.delivered(binding, since, seq);
    }

    @Override
    public void onKicked(Attached binding, Kick kick) {
        events.kicked(binding, kick);
    }

    @Override
    public void onEnded(Attached binding) {
        Sender sender = Sender.of(binding);
        ClientUplinks client = clients.get(sender);
        if (client != null && client.ended(binding)) {
            clients.remove(sender);
        }
    }
}
