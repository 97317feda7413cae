package io.hawser.room.uplink;

import io.hawser.room.connection.Attached;
import io.hawser.room.connection.Host;
import io.hawser.rpc.event.EventSink;
import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.StateEvent;

/** What an app's back end is told by the room itself, where it wants it: deliveries and kicks. */
final class BindingEvents {
    private static final String DEVICE_MAILBOX = "device:";

    private final Host host;
    private final EventSink events;

    BindingEvents(Host host, EventSink events) {
        this.host = host;
        this.events = events;
    }

    /** The saver knows that the client has all messages of its mailbox in (since, seq]. */
    void delivered(Attached binding, long since, long seq) {
        if (events.wants(binding.app(), EventKind.EVENT_DELIVERED)) {
            events.tell(of(EventKind.EVENT_DELIVERED, binding, binding.location())
                    .setDevice(binding.mailbox().startsWith(DEVICE_MAILBOX) ? binding.device() : "")
                    .setMailbox(binding.mailbox())
                    .setSince(since)
                    .setSeq(seq)
                    .build());
        }
    }

    /** One that is merely back by another connection was not kicked, as its app sees it. */
    void kicked(Attached binding, Kick kick) {
        if (!kick.getSameInstallation() && events.wants(binding.app(), EventKind.EVENT_KICKED)) {
            events.tell(of(EventKind.EVENT_KICKED, binding, kick.getSession().getLocation())
                    .setStamp(kick.getSession().getStamp())
                    .setReason(reason(kick.getCause()))
                    .setDetail(kick.getDetail())
                    .build());
        }
    }

    private StateEvent.Builder of(EventKind kind, Attached binding, Location location) {
        return StateEvent.newBuilder()
                .setKind(kind)
                .setApp(binding.app())
                .setUser(binding.user())
                .setDevice(binding.device())
                .setRoom(location.getRoom())
                .setAtMs(host.wallMs());
    }

    private static EndReason reason(KickCause cause) {
        return switch (cause) {
            case KICK_REPLACED -> EndReason.END_REPLACED;
            case KICK_BANNED -> EndReason.END_BANNED;
            case KICK_BY_APP, KICK_BY_OPERATOR, KICK_CAUSE_UNSPECIFIED, UNRECOGNIZED -> EndReason.END_KICKED;
        };
    }
}
