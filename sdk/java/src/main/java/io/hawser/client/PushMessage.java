package io.hawser.client;

import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.Qos;
import java.util.Map;

/** One message, as the listener gets it. */
public final class PushMessage {
    private final Message message;
    private final boolean redelivered;

    PushMessage(Message message, boolean redelivered) {
        this.message = message;
        this.redelivered = redelivered;
    }

    /** Returns the id by which its sender knows the message. */
    public String id() {
        return message.getId();
    }

    /** Returns its number in the user's mailbox, growing with holes; 0 for a transient one. */
    public long seq() {
        return message.getSeq();
    }

    /** Returns whether it was sent to whoever was connected, and is kept nowhere. */
    public boolean isTransient() {
        return message.getQos() == Qos.TRANSIENT;
    }

    /** Returns a copy of the body. */
    public byte[] body() {
        return message.getBody().toByteArray();
    }

    /** Returns whether the sender marked the body as text. */
    public boolean isText() {
        return message.getText();
    }

    /** Returns the body as UTF-8 text; malformed bytes come out as U+FFFD. */
    public String text() {
        return message.getBody().toStringUtf8();
    }

    /** Returns when the platform accepted it, milliseconds since 1970. */
    public long sentMs() {
        return message.getSentMs();
    }

    /** Returns when it loses its worth, milliseconds since 1970; 0: never. */
    public long expiresMs() {
        return message.getExpiresMs();
    }

    /** Returns the key by which it replaced older messages; empty: none. */
    public String collapseKey() {
        return message.getCollapseKey();
    }

    /** Returns the sender's own key-value pairs, unmodifiable. */
    public Map<String, String> headers() {
        return message.getHeadersMap();
    }

    /**
     * Returns whether the message may have been handed to the listener in an earlier life of the process, which ended
     * before the listener returned. With a store that forgets, it is whether the room had sent it before.
     */
    public boolean redelivered() {
        return redelivered;
    }

    @Override
    public String toString() {
        return "PushMessage[" + id() + ", seq " + seq() + ", "
                + message.getBody().size() + " bytes]";
    }
}
