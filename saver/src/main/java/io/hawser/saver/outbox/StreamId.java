package io.hawser.saver.outbox;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Endpoint;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.rpc.v1.StateEvent;
import java.nio.ByteBuffer;
import java.util.Comparator;

/**
 * The uplinks, or the events, of an endpoint: what order holds in.
 *
 * @param device empty in events of a mailbox that several devices share
 * @param key 16 bytes: the slot, and 14 of a digest. One column to look up, lock and sort by
 */
record StreamId(int slot, String app, String user, String device, boolean events, ByteString key) {
    /** The order in which streams are locked. */
    static final Comparator<StreamId> LOCK_ORDER =
            Comparator.comparing(StreamId::key, ByteString.unsignedLexicographicalComparator());

    private static final int KEY_BYTES = 16;

    static StreamId ofUplinks(String app, String user, String device) {
        Endpoint endpoint = Endpoint.of(app, user, device);
        return of(endpoint.userKey().slot(), app, user, device, false);
    }

    static StreamId ofEvents(StateEvent event) {
        return of(
                UserKey.of(event.getApp(), event.getUser()).slot(),
                event.getApp(),
                event.getUser(),
                event.getDevice(),
                true);
    }

    static StreamId of(OutboxItem item) {
        return of(item.getApp(), item.getUser(), item.getDevice(), item.hasEvent());
    }

    static StreamId of(String app, String user, String device, boolean events) {
        return of(UserKey.of(app, user).slot(), app, user, device, events);
    }

    private static StreamId of(int slot, String app, String user, String device, boolean events) {
        byte[] digest = new Digest(events ? "events" : "uplinks")
                .add(app)
                .add(user)
                .add(device)
                .bytes(KEY_BYTES - Short.BYTES);
        ByteBuffer key = ByteBuffer.allocate(KEY_BYTES).putShort((short) slot).put(digest);
        return new StreamId(slot, app, user, device, events, ByteString.copyFrom(key.flip()));
    }
}
