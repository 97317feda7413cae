package io.hawser.client;

import com.google.protobuf.ByteString;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.Qos;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One message or broadcast, as the listener gets it. */
public final class PushMessage {
    private final Message message;
    private final boolean broadcast;
    private final long bseq;
    private final List<String> groups;
    private final boolean redelivered;
    private final @Nullable ByteString pulled;

    private PushMessage(
            Message message,
            boolean broadcast,
            long bseq,
            List<String> groups,
            boolean redelivered,
            @Nullable ByteString pulled) {
        this.message = message;
        this.broadcast = broadcast;
        this.bseq = bseq;
        this.groups = groups;
        this.redelivered = redelivered;
        this.pulled = pulled;
    }

    PushMessage(Message message, boolean redelivered) {
        this(message, false, 0, List.of(), redelivered, null);
    }

    static PushMessage of(Broadcast broadcast, boolean redelivered) {
        Message message = Message.newBuilder()
                .setId(broadcast.getId())
                .setQosValue(broadcast.getQosValue())
                .setBody(broadcast.getBody())
                .setText(broadcast.getText())
                .setSentMs(broadcast.getSentMs())
                .setExpiresMs(broadcast.getExpiresMs())
                .setCollapseKey(broadcast.getCollapseKey())
                .putAllHeaders(broadcast.getHeadersMap())
                .setKey(broadcast.getKey())
                .setPullWithinMs(broadcast.getPullWithinMs())
                .setBodyElsewhere(broadcast.getBodyElsewhere())
                .build();
        return new PushMessage(
                message, true, broadcast.getBseq(), List.copyOf(broadcast.getGroupsList()), redelivered, null);
    }

    /** The same notification, with the body that was pulled for it. */
    PushMessage withBody(byte[] body) {
        return new PushMessage(message, broadcast, bseq, groups, redelivered, ByteString.copyFrom(body));
    }

    /** Returns the id by which its sender knows the message. */
    public String id() {
        return message.getId();
    }

    /** Returns its number in the user's mailbox, growing with holes; 0 for a transient one, and for a broadcast. */
    public long seq() {
        return message.getSeq();
    }

    /** Returns whether it was sent to all of the app, or to groups. */
    public boolean isBroadcast() {
        return broadcast;
    }

    /** Returns its number among the app's broadcasts; 0: it is none, or a transient one. */
    public long bseq() {
        return bseq;
    }

    /** Returns the groups that a broadcast was for; empty: everyone of the app. */
    public List<String> groups() {
        return groups;
    }

    /** Returns whether it was sent to whoever was connected, and is kept nowhere. */
    public boolean isTransient() {
        return message.getQos() == Qos.TRANSIENT;
    }

    /** Returns whether it is a notification, whose body is pulled: see {@link #hint}, {@link #key}, {@link #hasBody}. */
    public boolean isNotification() {
        return message.getQos() == Qos.NOTIFY;
    }

    /** Returns what a notification's body is pulled by; empty in any other message. */
    public String key() {
        return message.getKey();
    }

    /** Returns what came with a notification in place of the body; empty in any other message. */
    public String hint() {
        return isNotification() ? message.getBody().toStringUtf8() : "";
    }

    /** Returns whether the body is here. Not so in a notification whose body is no more, or has expired. */
    public boolean hasBody() {
        return !isNotification() || pulled != null;
    }

    /** Returns a copy of the body; empty where {@link #hasBody} is not so. */
    public byte[] body() {
        return content().toByteArray();
    }

    /** Returns whether the sender marked the body as text. */
    public boolean isText() {
        return message.getText();
    }

    /** Returns the body as UTF-8 text; malformed bytes come out as U+FFFD. */
    public String text() {
        return content().toStringUtf8();
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

    /** Returns the correlation of the uplink that it is the back end's reply to; empty: it is none. */
    public String inReplyTo() {
        return message.getHeadersOrDefault(Requests.IN_REPLY_TO, "");
    }

    /**
     * Returns whether the message may have been handed to the listener in an earlier life of the process, which ended
     * before the listener returned. With a store that forgets, it is whether the room had sent it before.
     */
    public boolean redelivered() {
        return redelivered;
    }

    Message message() {
        return message;
    }

    private ByteString content() {
        if (isNotification()) {
            return pulled == null ? ByteString.EMPTY : pulled;
        }
        return message.getBody();
    }

    @Override
    public String toString() {
        String number = broadcast ? "bseq " + bseq : "seq " + seq();
        return "PushMessage[" + id() + ", " + number + ", " + content().size() + " bytes]";
    }
}
