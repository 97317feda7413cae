package io.hawser.saver;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.hawser.rpc.v1.LoadReply;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** The last of what a test did and was answered, for its failure to tell. Answers are noted on threads of their own. */
final class History {
    private static final int MOST = 1_000;

    private final Queue<String> events = new ArrayDeque<>();

    synchronized void note(String event) {
        if (events.size() == MOST) {
            events.remove();
        }
        events.add(event);
    }

    /** @param reply null: there was none */
    static String told(@Nullable Message reply) {
        return switch (reply) {
            case null -> "failed";
            case LoadReply load ->
                "%s up to %d%s".formatted(messages(load), load.getTo(), load.getMore() ? ", more" : "");
            default -> TextFormat.printer().emittingSingleLine(true).printToString(reply);
        };
    }

    private static List<String> messages(LoadReply load) {
        return load.getMessagesList().stream()
                .map(message -> message.getSeq() + " " + message.getContent().toStringUtf8())
                .toList();
    }

    @Override
    public synchronized String toString() {
        return String.join("\n", events);
    }
}
