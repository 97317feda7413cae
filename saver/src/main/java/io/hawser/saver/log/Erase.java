package io.hawser.saver.log;

import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;
import io.hawser.saver.v1.JournalEntry;
import io.hawser.saver.v1.LogErased;
import io.hawser.wire.HawserException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Empties a log: what was done to it before is gone, what is done after stays; the numbers go on. Answers when it is out
 * of the journal, too, and so are the messages before it: they are folded at once, into tables that have none of them.
 */
final class Erase extends Operation<Erased> implements LogEntry.Waiter {
    private final Consumer<LogEntry> accept;
    private final Runnable hurry;
    private @Nullable Erased answer;

    /** @param hurry has all that is committed folded soon */
    Erase(UserLog log, Consumer<LogEntry> accept, Runnable hurry) {
        super(log, Script.ERASE, true);
        this.accept = accept;
        this.hurry = hurry;
    }

    @Override
    boolean meansRedis() {
        return true;
    }

    @Override
    byte[][] arguments(byte[] generation, long nowMs) {
        return new byte[][] {generation};
    }

    @Override
    void answered(Reply reply) {
        if (reply.outcome() != Script.OK) {
            fail(refusal(reply.outcome()));
            return;
        }
        Erased erased = new Erased(reply.number(1), reply.number(2) == 1);
        answer = erased;
        // Nothing that a script says of the log is certain until this is committed.
        accept.accept(new LogEntry(log, journalled(erased.head()), 0, this));
    }

    @Override
    public void committed() {
        settle();
        hurry.run();
    }

    @Override
    public void failed(HawserException cause) {
        fail(cause);
    }

    /** The tables have it, and the journal has nothing of before. */
    void folded() {
        Erased erased = answer;
        if (erased != null) {
            settle();
            result.complete(erased);
        }
    }

    /** Nobody is pushed what is gone. */
    private void settle() {
        if (answer != null) {
            log.settle(answer.head());
        }
    }

    private JournalEntry journalled(long head) {
        return JournalEntry.newBuilder()
                .setApp(log.id.app())
                .setUser(log.id.user())
                .setErased(LogErased.newBuilder().setFloor(head))
                .build();
    }
}
