package io.hawser.room.uplink;

import io.hawser.room.connection.Apps;
import io.hawser.room.connection.Attached;
import io.hawser.room.connection.Uplinks;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.Kick;
import io.hawser.wire.v1.Uplink;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.util.function.IntSupplier;

/** What goes up to the apps' back ends from one event loop: what clients send, and what is told of them. */
final class LoopUplinks implements Uplinks {
    private final UplinkLoop uplinks;
    private final BindingEvents events;
    private final Apps apps;
    private final IntSupplier maxFrameBytes;
    /** Connections that have sent something up, by id. */
    private final LongObjectMap<ClientUplinks> clients = new LongObjectHashMap<>();

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
        ClientUplinks client = clients.get(binding.connectionId());
        if (client == null) {
            client = new ClientUplinks(uplinks);
            clients.put(binding.connectionId(), client);
        }
        client.take(binding, uplink, maxBodyBytes(binding.app()));
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
        ClientUplinks client = clients.get(binding.connectionId());
        if (client != null && client.ended(binding)) {
            clients.remove(binding.connectionId());
        }
    }
}
