package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.wire.v1.Content;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A mailbox with nothing between it and the truth: what was stored, what lives, what is acknowledged. */
final class TrueMailbox {
    /** What the saver says to a room of a message. */
    record Push(long prev, long seq, ByteString content) {
        Push asHint() {
            return new Push(prev, seq, ByteString.EMPTY);
        }
    }

    private final Random random;
    private final List<String> story;
    private final TreeMap<Long, ByteString> stored = new TreeMap<>();
    private final Set<Long> everAppended = new TreeSet<>();
    private final Set<Long> removed = new TreeSet<>();
    private long head;
    private long acknowledged;

    /** Tells its story as it goes. */
    TrueMailbox(Random random, List<String> story) {
        this.random = random;
        this.story = story;
    }

    long head() {
        return head;
    }

    long acknowledged() {
        return acknowledged;
    }

    /** What was appended and neither expired nor collapsed; acknowledged or not. */
    Set<Long> neverRemoved() {
        Set<Long> left = new TreeSet<>(everAppended);
        left.removeAll(removed);
        return left;
    }

    Push append() {
        long prev = head;
        // Now and then a new generation, or a message for another mailbox of the user, leaves a hole.
        head += random.nextInt(10) == 0 ? 1L << 32 : 1 + random.nextInt(3);
        ByteString content = Content.newBuilder().setId("m" + head).build().toByteString();
        if (!stored.isEmpty() && random.nextInt(8) == 0) {
            remove("collapse", stored.lastKey());
        }
        stored.put(head, content);
        everAppended.add(head);
        story.add("append " + head);
        return new Push(prev, head, content);
    }

    Push hintOfTheNewest() {
        return new Push(head, head, ByteString.EMPTY);
    }

    /** Some message, if there is one. */
    void expire() {
        if (!stored.isEmpty()) {
            Long some = stored.ceilingKey((long) (random.nextDouble() * stored.lastKey()));
            if (some != null) {
                remove("expire", some);
            }
        }
    }

    private void remove(String why, long seq) {
        stored.remove(seq);
        removed.add(seq);
        story.add(why + " " + seq);
    }

    LoadReply load(LoadRequest request) {
        LoadReply.Builder reply = LoadReply.newBuilder();
        for (var message : stored.tailMap(request.getAfter(), false).entrySet()) {
            if (reply.getMessagesCount() == request.getMaxMessages()) {
                long last = reply.getMessages(reply.getMessagesCount() - 1).getSeq();
                story.add("load " + request.getAfter() + " -> more, to " + last);
                return reply.setTo(last).setMore(true).build();
            }
            reply.addMessages(
                    StoredMessage.newBuilder().setSeq(message.getKey()).setContent(message.getValue()));
        }
        story.add("load " + request.getAfter() + " -> to " + head);
        return reply.setTo(Math.max(head, request.getAfter())).build();
    }

    void acknowledge(long seq) {
        acknowledged = Math.max(acknowledged, seq);
        stored.headMap(acknowledged, true).clear();
    }
}
