package io.hawser.bench;

import com.google.protobuf.ByteString;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a small platform keeps for its users: all messages, all broadcasts; who is away gets them by the next binding. */
final class SmallStore {
    /** Where a user is; who is gone takes nothing. */
    interface Link {
        void write(byte[] frame) throws IOException;
    }

    private static final class Mailbox {
        private final List<Message> messages = new ArrayList<>();
        private @Nullable Link link;
    }

    private final Map<String, Mailbox> mailboxes = new HashMap<>();
    private final List<Broadcast> broadcasts = new ArrayList<>();

    synchronized void send(String user, ByteString body) {
        Mailbox mailbox = mailbox(user);
        int seq = mailbox.messages.size() + 1;
        Message message = Message.newBuilder()
                .setBinding(1)
                .setPrev(seq - 1)
                .setSeq(seq)
                .setBody(body)
                .build();
        mailbox.messages.add(message);
        write(mailbox, Frames.encode(FrameType.MESSAGE, message));
    }

    synchronized void broadcast(String app, ByteString body) {
        Broadcast broadcast = Broadcast.newBuilder()
                .setApp(app)
                .setBseq(broadcasts.size() + 1)
                .setBody(body)
                .build();
        broadcasts.add(broadcast);
        mailboxes.values().forEach(mailbox -> write(mailbox, Frames.encode(FrameType.BROADCAST, broadcast)));
    }

    /** Answers with BOUND, and gives what waits. Who comes for the first time gets the broadcasts from now on. */
    synchronized void bind(Bind bind, Link link) throws IOException {
        BroadcastCursor cursor = mailboxes.containsKey(bind.getUser())
                ? bind.getCursor()
                : BroadcastCursor.newBuilder().setLow(broadcasts.size()).build();
        Mailbox mailbox = mailbox(bind.getUser());
        mailbox.link = link;
        link.write(Frames.encode(
                FrameType.BOUND,
                Bound.newBuilder()
                        .setBinding(1)
                        .setPosition(bind.getPosition())
                        .setCursor(cursor)
                        .build()));
        mailbox.messages.stream()
                .filter(message -> message.getSeq() > bind.getPosition())
                .forEach(message -> write(mailbox, Frames.encode(FrameType.MESSAGE, message)));
        broadcasts.stream()
                .filter(broadcast -> broadcast.getBseq() > cursor.getLow()
                        && !cursor.getSeenList().contains(broadcast.getBseq()))
                .forEach(broadcast -> write(mailbox, Frames.encode(FrameType.BROADCAST, broadcast)));
    }

    synchronized void leave(Link link) {
        mailboxes.values().stream()
                .filter(mailbox -> link.equals(mailbox.link))
                .forEach(mailbox -> mailbox.link = null);
    }

    private Mailbox mailbox(String user) {
        return mailboxes.computeIfAbsent(user, first -> new Mailbox());
    }

    private static void write(Mailbox mailbox, byte[] frame) {
        Link link = mailbox.link;
        try {
            if (link != null) {
                link.write(frame);
            }
        } catch (IOException gone) {
            mailbox.link = null;
        }
    }
}
