package io.hawser.center.user;

import io.hawser.center.operation.PageToken;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.OnlineUser;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Where a page of users who are connected ends: after this user of the slot.
 *
 * @param user empty: before the slot's first
 */
record OnlinePosition(int slot, String user) {
    /**
     * That of a token; the beginning, where that is empty.
     *
     * @throws io.hawser.wire.HawserException INVALID_ARGUMENT
     */
    static OnlinePosition of(String app, String token) {
        if (token.isEmpty()) {
            return new OnlinePosition(0, "");
        }
        ByteBuffer bytes = ByteBuffer.wrap(PageToken.read(list(app), token));
        int slot = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
        if (slot < 0 || slot >= Slot.COUNT) {
            throw PageToken.refusal(token);
        }
        return new OnlinePosition(slot, StandardCharsets.UTF_8.decode(bytes).toString());
    }

    static OnlinePosition after(OnlineUser last) {
        return new OnlinePosition(last.getSlot(), last.getUser());
    }

    boolean isEnd() {
        return slot >= Slot.COUNT;
    }

    String token(String app) {
        byte[] name = user.getBytes(StandardCharsets.UTF_8);
        return PageToken.of(
                list(app),
                ByteBuffer.allocate(Integer.BYTES + name.length)
                        .putInt(slot)
                        .put(name)
                        .array());
    }

    private static String list(String app) {
        return "online/" + app;
    }
}
